import { Button, Checkbox } from "antd";
import { ArrowDown, ArrowUp, EyeOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Section } from "../../kit/Page";
import { StatusPill } from "../../kit/pills";
import { type Column, moved } from "./request";

interface ColumnChoiceProps {
  columns: readonly Column[];
  onChange: (columns: Column[]) => void;
}

/** Which columns the file has, in which order. */
export function ColumnChoice({ columns, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation();
  const chosen = columns.filter((column) => column.chosen).length;
  const list = useRef<HTMLOListElement>(null);
  const follow = useRef<string | null>(null);
  useEffect(() => {
    // The focus goes along with a column that was moved by key.
    if (follow.current) list.current?.querySelector<HTMLElement>(`[data-field="${follow.current}"] input`)?.focus();
    follow.current = null;
  });
  const setAll = (on: boolean): void => onChange(columns.map((column) => ({ ...column, chosen: on })));
  const move = (index: number, by: -1 | 1): void => onChange(moved(columns, index, by));
  return (
    <Section
      title={t("exports.columns")}
      aside={
        <span className="lq-exports-all">
          <span className="lq-note">{t("exports.columns_chosen", { chosen, total: columns.length })}</span>
          <Button size="small" type="link" onClick={() => setAll(true)}>
            {t("exports.all")}
          </Button>
          <Button size="small" type="link" onClick={() => setAll(false)}>
            {t("exports.none")}
          </Button>
        </span>
      }
    >
      <p className={chosen === 0 ? "lq-error" : "lq-note"} role={chosen === 0 ? "alert" : undefined}>
        {chosen === 0 ? t("exports.columns_missing") : `${t("exports.masked_hint")} ${t("exports.columns_hint")}`}
      </p>
      <ol className="lq-exports-columns" ref={list}>
        {columns.map((column, index) => (
          <ColumnRow
            key={column.field}
            column={column}
            first={index === 0}
            last={index === columns.length - 1}
            onToggle={() => onChange(columns.map((one) => (one === column ? { ...one, chosen: !one.chosen } : one)))}
            onMove={(by) => move(index, by)}
            onMoveByKey={(by) => {
              follow.current = column.field;
              move(index, by);
            }}
          />
        ))}
      </ol>
    </Section>
  );
}

interface ColumnRowProps {
  column: Column;
  first: boolean;
  last: boolean;
  onToggle: () => void;
  onMove: (by: -1 | 1) => void;
  onMoveByKey: (by: -1 | 1) => void;
}

function ColumnRow({ column, first, last, onToggle, onMove, onMoveByKey }: ColumnRowProps) {
  const { t } = useTranslation();
  const name = t(`customers.fields.${column.field}`);
  return (
    <li
      data-field={column.field}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        onMoveByKey(event.key === "ArrowUp" ? -1 : 1);
      }}
    >
      <Checkbox checked={column.chosen} onChange={onToggle}>
        {name}
      </Checkbox>
      {column.masked && (
        <StatusPill tone="warning" icon={EyeOff}>
          {t("exports.masked")}
        </StatusPill>
      )}
      <span className="lq-exports-move">
        <Button
          size="small"
          type="text"
          disabled={first}
          aria-label={t("exports.up", { name })}
          icon={<ArrowUp size={14} aria-hidden />}
          onClick={() => onMove(-1)}
        />
        <Button
          size="small"
          type="text"
          disabled={last}
          aria-label={t("exports.down", { name })}
          icon={<ArrowDown size={14} aria-hidden />}
          onClick={() => onMove(1)}
        />
      </span>
    </li>
  );
}
