import "./states.css";
import { useTranslation } from "react-i18next";
import type { WordedCode } from "./words";

/** An error of the contract; `tsc` refuses one whose code the words files do not explain. */
export interface WordedError {
  code: WordedCode;
  params?: Readonly<Record<string, string>>;
  trace_id?: string;
}

/** Words an error. */
export function useErrorText(): (error: Pick<WordedError, "code" | "params">) => string {
  const { t } = useTranslation();
  return ({ code, params }) => String(t(`errors.${code}`, { max: "", min: "", minutes: "", ...params }));
}

/** An error in words, in place; `withCode` adds what support asks for. */
export function ErrorText(p: { error: WordedError; withCode?: boolean; id?: string }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const code = [p.error.code, p.error.trace_id].filter(Boolean).join(" · ");
  return (
    <p className="lq-error" role="alert" id={p.id}>
      {text(p.error)}
      {p.withCode && <span className="lq-error-code">{t("states.code", { code })}</span>}
    </p>
  );
}
