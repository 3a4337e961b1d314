import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useGo } from "../../kit/navigation";
import type { Conflict } from "./conflicts";
import { useFieldName, useValue } from "./words";

/** A change that met another: whose record, which fields, what each side has. */
export function ConflictCard(p: { conflict: Conflict; onSettle: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const fieldName = useFieldName();
  const value = useValue();
  const { conflict } = p;
  return (
    <li className="lq-sync-item">
      <div className="lq-sync-item-head">
        <button type="button" className="lq-sync-name" onClick={() => go(`/customers/${conflict.customer}`)}>
          {conflict.name}
        </button>
        <Button onClick={p.onSettle} aria-label={t("sync.settle_of", { name: conflict.name })}>
          {t("sync.settle")}
        </Button>
      </div>
      <ul className="lq-sync-lines">
        {conflict.fields.map((one) => (
          <li key={one.field}>
            <span className="lq-sync-field">{fieldName(one.field)}</span>
            <span>{t("sync.side", { side: t("sync.mine"), value: value(one.field, one.mine) })}</span>
            <span>{t("sync.side", { side: t("sync.theirs"), value: value(one.field, one.theirs) })}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
