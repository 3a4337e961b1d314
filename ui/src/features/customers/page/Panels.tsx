import { Button } from "antd";
import { Clock, Eye, EyeOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CustomerView, Field, FieldView } from "../../../ipc/contract";
import { useFields } from "../../../ipc/records";
import { Section } from "../../../kit/Page";
import { StatusPill } from "../../../kit/pills";
import { Value } from "../Value";
import { useFieldWord } from "../words";
import type { Reveal } from "./useReveal";

interface FieldsPanelProps {
  title: string;
  customer: CustomerView;
  fields: readonly Field[];
  reveal: Reveal;
}

/** Fields that this kind of customer has. */
export const hasField = (view: FieldView, kind: string | undefined): boolean =>
  view.kinds === "both" || view.kinds === (kind ?? "personal");

/** A panel of fields; those without a value keep their place, so that one sees what is missing. */
export function FieldsPanel(p: FieldsPanelProps) {
  const views = useFields();
  const kind = p.customer.values.kind;
  const fields = p.fields.filter((field) => views.some((view) => view.field === field && hasField(view, kind)));
  if (fields.length === 0) return null;
  return (
    <Section title={p.title}>
      <dl className="lq-customer-fields">
        {fields.map((field) => (
          <FieldLine key={field} field={field} customer={p.customer} reveal={p.reveal} alone={fields.length === 1} />
        ))}
      </dl>
    </Section>
  );
}

interface FieldLineProps {
  field: Field;
  customer: CustomerView;
  reveal: Reveal;
  /** The panel's title says already what it is. */
  alone: boolean;
}

function FieldLine({ field, customer, reveal, alone }: FieldLineProps) {
  const { t } = useTranslation();
  const word = useFieldWord();
  return (
    <div data-field={field}>
      <dt className={alone ? "lq-hidden" : ""}>{word(field, customer.values.kind)}</dt>
      <dd>
        <FieldValue field={field} customer={customer} reveal={reveal} />
        {customer.pending.includes(field) && <StatusPill icon={Clock}>{t("customers.pending_field")}</StatusPill>}
        {field === "document_number" && customer.area_retired && <p className="lq-note">{t("customers.area_retired")}</p>}
      </dd>
    </div>
  );
}

function FieldValue({ field, customer, reveal }: Omit<FieldLineProps, "alone">) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const value = customer.values[field];
  if (!value) return <span className="lq-customer-unset">{t("customers.not_set")}</span>;
  if (reveal.shown?.field === field)
    return (
      <>
        <span className="lq-customer-revealed">
          <Value field={field} value={reveal.shown.value} />
        </span>
        <span className="lq-note">{t("customers.reveal_left", { count: reveal.left })}</span>
        <Button type="text" size="small" icon={<EyeOff size={14} aria-hidden />} onClick={reveal.hide}>
          {t("customers.reveal_hide")}
        </Button>
      </>
    );
  return (
    <>
      <span className={field === "notes" ? "lq-customer-text" : ""}>
        <Value field={field} value={value} labels={customer.labels} />
      </span>
      {reveal.masked.includes(field) && (
        <Button
          type="text"
          size="small"
          icon={<Eye size={14} aria-hidden />}
          aria-label={t("customers.reveal_field", { name: word(field) })}
          onClick={() => reveal.ask(field)}
        >
          {t("customers.reveal")}
        </Button>
      )}
    </>
  );
}

/** Columns of imported files that no field stands for. */
export function ExtraPanel({ extra }: { extra: CustomerView["extra"] }) {
  const { t } = useTranslation();
  const names = Object.keys(extra);
  if (names.length === 0) return null;
  return (
    <Section title={t("customers.panel_extra")}>
      <p className="lq-note">{t("customers.extra_hint")}</p>
      <dl className="lq-customer-fields">
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{extra[name]}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
