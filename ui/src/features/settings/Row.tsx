import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { LabelKey } from "../../kit/words";

export interface SettingRow {
  label: LabelKey;
  hint?: LabelKey;
  control: (labelledBy: string) => ReactNode;
}

/** A setting: what it is called, what it does, its control. */
export function Row({ row }: { row: SettingRow }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="lq-setting">
      <div>
        <div id={id}>{t(row.label) as string}</div>
        {row.hint && <p className="lq-note">{t(row.hint) as string}</p>}
      </div>
      {row.control(id)}
    </div>
  );
}
