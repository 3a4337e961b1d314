import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Conflict } from "./conflicts";
import { EntityNote, RecordLink } from "./RecordLink";
import { Side, SideValue } from "./Side";
import { useFieldName } from "./words";

/** A change that met another: whose record, which fields, what each side has. */
export function ConflictCard(p: { conflict: Conflict; onSettle: () => void }) {
  const { t } = useTranslation();
  const fieldName = useFieldName();
  const { conflict } = p;
  return (
    <li className="lq-sync-item">
      <div className="lq-sync-item-head">
        <RecordLink record={conflict}>{conflict.name}</RecordLink>
        <EntityNote entity={conflict.entity} />
        <Button onClick={p.onSettle} aria-label={t("sync.settle_of", { name: conflict.name })}>
          {t("sync.settle")}
        </Button>
      </div>
      <ul className="lq-sync-lines lq-sync-brief">
        {conflict.fields.map((one) => (
          <li key={one.field}>
            <span className="lq-sync-field">{fieldName(one.field)}</span>
            <Side name={t("sync.mine")}>
              <SideValue conflict={one} entity={conflict.entity} side="mine" />
            </Side>
            <Side name={t("sync.theirs")}>
              <SideValue conflict={one} entity={conflict.entity} side="theirs" />
            </Side>
          </li>
        ))}
      </ul>
    </li>
  );
}
