import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Clock } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../../ipc/backend";
import { call } from "../../../ipc/call";
import type { HistoryField, HistoryView } from "../../../ipc/contract";
import { formatTime } from "../../../kit/format/dates";
import { Section } from "../../../kit/Page";
import { StatusPill } from "../../../kit/pills";
import { ErrorState } from "../../../kit/states";
import { Value } from "../Value";
import { channelKey, useFieldWord } from "../words";

/** What became of the record: from what to what, who, when, how and why. */
export function HistoryPanel({ id, kind }: { id: string; kind: string | undefined }) {
  const { t } = useTranslation();
  const history = useQuery({ queryKey: ["customers", "history", id], queryFn: () => call("customers_history", { id }) });
  return (
    <Section title={t("customers.panel_history")}>
      {history.error && <ErrorState error={asApiError(history.error)} onRetry={() => void history.refetch()} />}
      {history.data?.length === 0 && <p className="lq-note">{t("customers.history_empty")}</p>}
      <ol className="lq-customer-history" hidden={!history.data?.length}>
        {history.data?.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no identity; new ones are added before, and nothing in a row has state
          <Event key={`${event.at}-${index}`} event={event} kind={kind} />
        ))}
      </ol>
    </Section>
  );
}

function Event({ event, kind }: { event: HistoryView; kind: string | undefined }) {
  const { t } = useTranslation();
  return (
    <li>
      <div className="lq-customer-event">
        <time dateTime={new Date(event.at).toISOString()}>{formatTime(event.at)}</time>
        <span>{event.by ?? t("customers.history_unknown")}</span>
        <span>{t(channelKey(event.channel)) as string}</span>
        {event.this_device && <span>{t("customers.history_here")}</span>}
        {event.pending && <StatusPill icon={Clock}>{t("customers.pending_field")}</StatusPill>}
      </div>
      {event.reason && <p className="lq-note">{t("customers.history_reason", { reason: event.reason })}</p>}
      {isCreation(event) ? (
        <Created fields={event.fields} kind={kind} />
      ) : (
        event.fields.map((field) => <FieldChange key={field.field} change={field} kind={kind} />)
      )}
    </li>
  );
}

/** A record has its name from the first moment on, and never without one before. */
const isCreation = (event: HistoryView): boolean =>
  event.fields.some((one) => one.field === "name") && event.fields.every((one) => one.old === null && one.new !== null);

/** The first values of a record, close together: there is nothing they were before. */
function Created({ fields, kind }: { fields: readonly HistoryField[]; kind: string | undefined }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  return (
    <p className="lq-customer-created">
      <b>{t("customers.history_created")}</b>
      {fields.map((one) => (
        <span key={one.field}>
          <i>{word(one.field, kind)}</i> <Value field={one.field} value={one.new ?? ""} />
        </span>
      ))}
    </p>
  );
}

function FieldChange({ change, kind }: { change: HistoryField; kind: string | undefined }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  if (change.field === "deleted") return <p>{change.new === null ? t("customers.history_restored") : t("customers.history_deleted")}</p>;
  const value = (text: string | null): ReactNode => (text ? <Value field={change.field} value={text} /> : t("customers.history_nothing"));
  return (
    <p className="lq-customer-change">
      <span>{word(change.field, kind)}</span>
      <del>{value(change.old)}</del>
      <ArrowRight size={12} aria-hidden />
      <ins>{value(change.new)}</ins>
    </p>
  );
}
