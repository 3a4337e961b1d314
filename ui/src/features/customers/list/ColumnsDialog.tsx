import { Button, Checkbox } from "antd";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Field } from "../../../ipc/contract";
import { Dialog } from "../../../kit/Dialog";
import { hidden, moved } from "../../../kit/grid/columns";
import { fieldKey } from "../words";
import { DEFAULT_COLUMNS, setColumns, useList } from "./state";

/** Which columns the list has, and in which order. Takes effect at once. */
export function ColumnsDialog(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const columns = useList((state) => state.columns);
  const footer = (
    <>
      <Button onClick={() => setColumns(DEFAULT_COLUMNS)}>{t("customers.columns_reset")}</Button>
      <Button type="primary" onClick={p.onClose}>
        {t("common.close")}
      </Button>
    </>
  );
  return (
    <Dialog open={p.open} title={t("customers.columns_title")} onClose={p.onClose} footer={footer} width={440}>
      <p className="lq-note">{t("customers.columns_hint")}</p>
      <ul className="lq-customers-columns">
        {columns.map((column, index) => {
          const name = t(fieldKey(column.id as Field));
          const before = columns[index - 1]?.id;
          const after = columns[index + 2]?.id ?? null;
          return (
            <li key={column.id}>
              <Checkbox
                checked={!column.hidden}
                disabled={column.id === "name"}
                onChange={(event) => setColumns(hidden(columns, column.id, !event.target.checked))}
              >
                {name}
              </Checkbox>
              <Button
                type="text"
                size="small"
                disabled={before === undefined}
                aria-label={t("customers.column_up", { name })}
                icon={<ArrowUp size={14} aria-hidden />}
                onClick={() => before !== undefined && setColumns(moved(columns, column.id, before))}
              />
              <Button
                type="text"
                size="small"
                disabled={index === columns.length - 1}
                aria-label={t("customers.column_down", { name })}
                icon={<ArrowDown size={14} aria-hidden />}
                onClick={() => setColumns(moved(columns, column.id, after))}
              />
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
