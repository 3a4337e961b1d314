import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FieldWhy, PermissionWhy } from "../../ipc/contract";
import { StatusPill } from "../../kit/pills";
import { fieldAccessKey, ruleKey } from "./words";

/** What may be done and what not, each with the rule that says so. */
export function PermissionTable({ permissions }: { permissions: readonly PermissionWhy[] }) {
  const { t } = useTranslation();
  return (
    <div className="lq-access-scroll">
      <table className="lq-access-table" aria-label={t("access.permissions")}>
        <thead>
          <tr>
            <th scope="col">{t("access.permission")}</th>
            <th scope="col">{t("access.allowed")}</th>
            <th scope="col">{t("access.rule")}</th>
          </tr>
        </thead>
        <tbody>
          {permissions.map((one) => (
            <tr key={one.permission}>
              <th scope="row">{t(`permissions.${one.permission}`)}</th>
              <td>
                <StatusPill tone={one.allowed ? "success" : "neutral"} icon={one.allowed ? Check : X}>
                  {t(one.allowed ? "access.yes" : "access.no")}
                </StatusPill>
              </td>
              <td>{String(t(ruleKey(one.rule)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How each field is shown and whether it may be changed, with the rules that say so. */
export function FieldTable({ fields }: { fields: readonly FieldWhy[] }) {
  const { t } = useTranslation();
  return (
    <div className="lq-access-scroll">
      <table className="lq-access-table" aria-label={t("access.fields")}>
        <thead>
          <tr>
            <th scope="col">{t("access.field")}</th>
            <th scope="col">{t("access.state")}</th>
            <th scope="col">{t("access.rule")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((one) => (
            <tr key={one.field}>
              <th scope="row">{t(`customers.fields.${one.field}`)}</th>
              <td>{String(t(fieldAccessKey(one.access)))}</td>
              <td>
                <Why label={t("access.why_seen")} rule={one.seen} />
                {one.revealed && <Why label={t("access.why_revealed")} rule={one.revealed} />}
                <Why label={t("access.why_changed")} rule={one.changed} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Why(p: { label: string; rule: FieldWhy["seen"] }) {
  const { t } = useTranslation();
  return <p className="lq-access-why">{t("access.why", { what: p.label, rule: t(ruleKey(p.rule)) })}</p>;
}
