import { CloudUpload } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { PendingView, SyncQueue } from "../../ipc/contract";
import { formatTime } from "../../kit/format/dates";
import { formatCount } from "../../kit/format/number";
import { Empty } from "../../kit/states";
import { RecordLink } from "./RecordLink";
import { isTyped, useEntityName, useFieldName } from "./words";

/** Changes that are saved here and not sent yet, oldest first. */
export function Waiting(p: { queue: SyncQueue; total: number }) {
  const { t } = useTranslation();
  const { pending } = p.queue;
  if (pending.length === 0) return <Empty icon={CloudUpload} title={t("sync.waiting_empty_title")} text={t("sync.waiting_empty_text")} />;
  return (
    <>
      <table className="lq-sync-table">
        <thead>
          <tr>
            <th scope="col">{t("sync.made")}</th>
            <th scope="col">{t("sync.kind")}</th>
            <th scope="col">{t("sync.record")}</th>
            <th scope="col">{t("sync.fields")}</th>
          </tr>
        </thead>
        <tbody>
          {pending.map((change) => (
            <WaitingRow key={change.change} change={change} />
          ))}
        </tbody>
      </table>
      {p.total > pending.length && (
        <p className="lq-note lq-sync-rest">
          {t("sync.waiting_first", { shown: formatCount(pending.length), total: formatCount(p.total) })}
        </p>
      )}
    </>
  );
}

function WaitingRow({ change }: { change: PendingView }) {
  const { t } = useTranslation();
  const entity = useEntityName();
  const fieldName = useFieldName();
  const fields = change.fields.filter((field) => isTyped(change.entity, field));
  return (
    <tr>
      <td className="lq-sync-when">{formatTime(change.made_at)}</td>
      <td>{entity(change.entity)}</td>
      <td>
        <RecordLink record={change}>{change.name || entity(change.entity)}</RecordLink>
      </td>
      <td className="lq-sync-fields">{fields.map(fieldName).join(t("common.list_comma"))}</td>
    </tr>
  );
}
