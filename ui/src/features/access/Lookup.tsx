import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { Search } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { LookupView } from "../../ipc/contract";
import { ErrorText, useErrorText } from "../../kit/ErrorText";
import { Section } from "../../kit/Page";
import { ruleKey, scopeKey } from "./words";

/** Asks about one customer by name or number: why it is seen, or that there is none in the scope. */
export function Lookup() {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState("");
  const ask = useMutation({ mutationFn: (asked: string) => call("access_lookup", { text: asked }) });
  const error = ask.error && asApiError(ask.error);
  const run = (): void => {
    if (!ask.isPending) ask.mutate(text);
  };
  return (
    <Section title={t("access.lookup_title")}>
      <p className="lq-note">{t("access.lookup_hint")}</p>
      <div className="lq-access-ask">
        <label htmlFor={id}>{t("access.lookup_label")}</label>
        <Input
          id={id}
          value={text}
          maxLength={100}
          status={error ? "error" : ""}
          aria-invalid={error !== null}
          onChange={(event) => {
            setText(event.target.value);
            // An answer stands beside its question.
            ask.reset();
          }}
          onPressEnter={(event) => !event.nativeEvent.isComposing && run()}
        />
        <Button type="primary" icon={<Search size={14} aria-hidden />} loading={ask.isPending} onClick={run}>
          {t("access.lookup")}
        </Button>
      </div>
      {error && <ErrorText error={error} />}
      <div className="lq-access-answer" role="status">
        {ask.data && <Answer answer={ask.data} />}
      </div>
    </Section>
  );
}

function Answer({ answer }: { answer: LookupView }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const nothing = answer.here.length + answer.away.length === 0 && answer.beyond === null;
  return (
    <>
      <ul>
        {answer.here.map((hit) => (
          <li key={hit.id}>
            <Link to={`/customers/${hit.id}`}>{hit.name}</Link>
            <p>{String(t(ruleKey(hit.rule)))}</p>
          </li>
        ))}
        {answer.away.map((hit) => (
          <li key={hit.id}>
            <b>{hit.name}</b>
            <p>{String(t(ruleKey(hit.rule)))}</p>
            <p className="lq-note">{t("access.away")}</p>
          </li>
        ))}
      </ul>
      {answer.beyond && <p>{t("access.beyond", { rule: t(ruleKey(answer.beyond)) })}</p>}
      {nothing && <p>{t("access.nothing", { scope: t(scopeKey(answer.scope)) })}</p>}
      {!answer.asked && (
        <p className="lq-note">{answer.error ? t("access.not_asked", { cause: errorText({ code: answer.error }) }) : t("access.alone")}</p>
      )}
    </>
  );
}
