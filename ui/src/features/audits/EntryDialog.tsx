import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditField, AuditRow } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { Facts } from "../../kit/Facts";
import { formatTime } from "../../kit/format/dates";
import { useGo } from "../../kit/navigation";
import type { Filter } from "./filter";
import { useAuditWords } from "./words";

interface EntryDialogProps {
  row: AuditRow | null;
  /** Narrows the list to what this entry names. */
  onNarrow: (part: Partial<Filter>) => void;
  onClose: () => void;
}

/** All that an entry tells, and the ways on from it: to the customer, and to what else the same person, record or device has. */
export function EntryDialog(p: EntryDialogProps) {
  const words = useAuditWords();
  const [shown, setShown] = useState(p.row);
  if (p.row !== null && p.row !== shown) setShown(p.row);
  return (
    <Dialog open={p.row !== null} title={shown ? words.action(shown.action) : ""} width={640} onClose={p.onClose}>
      {shown && (
        <>
          <EntryFacts row={shown} />
          {shown.fields.length > 0 && <Fields row={shown} />}
          <Ways row={shown} onNarrow={p.onNarrow} onClose={p.onClose} />
        </>
      )}
    </Dialog>
  );
}

function EntryFacts({ row }: { row: AuditRow }) {
  const { t } = useTranslation();
  const words = useAuditWords();
  const facts: [string, ReactNode][] = [
    [t("audits.at"), formatTime(row.at)],
    [t("audits.made_at"), formatTime(row.made_at)],
    [t("audits.user"), words.user(row)],
    [t("audits.device"), words.device(row)],
    [t("audits.record"), words.record(row)],
    [t("audits.reason"), row.reason],
    [t("audits.place"), t("audits.place_of", { branch: row.branch_name || row.branch, position: row.position })],
    [t("audits.change"), row.change],
  ];
  return <Facts facts={facts} className="lq-audits-facts" />;
}

function Fields({ row }: { row: AuditRow }) {
  const { t } = useTranslation();
  const words = useAuditWords();
  const cell = (field: AuditField, value: string | null): string => {
    if (field.hidden) return t("audits.hidden");
    return value === null ? t("audits.empty") : words.value(row, field, value);
  };
  return (
    <table className="lq-audits-fields">
      <thead>
        <tr>
          <th scope="col">{t("audits.field")}</th>
          <th scope="col">{t("audits.old")}</th>
          <th scope="col">{t("audits.new")}</th>
        </tr>
      </thead>
      <tbody>
        {row.fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">{words.field(row, field)}</th>
            <td>{cell(field, field.old)}</td>
            <td>{cell(field, field.new)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Ways({ row, onNarrow, onClose }: EntryDialogProps & { row: AuditRow }) {
  const { t } = useTranslation();
  const go = useGo();
  const { user, record, device } = row;
  return (
    <div className="lq-audits-ways">
      {record && row.entity === "customers" && row.record_name && (
        <Button
          onClick={() => {
            onClose();
            go(`/customers/${record}`);
          }}
        >
          {t("audits.open_customer")}
        </Button>
      )}
      {record && <Button onClick={() => onNarrow({ record })}>{t("audits.same_record")}</Button>}
      {user && <Button onClick={() => onNarrow({ user })}>{t("audits.same_user")}</Button>}
      {device && <Button onClick={() => onNarrow({ device })}>{t("audits.same_device")}</Button>}
    </div>
  );
}
