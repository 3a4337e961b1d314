import { Button } from "antd";
import { CircleX, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../../ipc/call";
import type { CustomerView, RefusedView } from "../../../ipc/contract";
import { useErrorText } from "../../../kit/ErrorText";
import { formatTime } from "../../../kit/format/dates";
import { useGo } from "../../../kit/navigation";
import { toast } from "../../../kit/toast";
import { useDeeds } from "../deeds";
import { Value } from "../Value";
import { useFieldWord } from "../words";

/** What needs a decision: changes that met another one, and changes the server refused. */
export function Banners({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const go = useGo();
  const word = useFieldWord();
  const { conflicts } = customer;
  const fields = [...new Set(conflicts.map((one) => word(one.field, customer.values.kind)))].join(t("common.list_comma"));
  return (
    <>
      {conflicts.length > 0 && (
        <section className="lq-customer-banner lq-customer-banner-warning" aria-label={t("states.sync.conflict")}>
          <TriangleAlert size={16} aria-hidden />
          <div>
            <strong>{t("customers.conflict_title", { count: conflicts.length })}</strong>
            <p>{fields}</p>
          </div>
          <Button size="small" onClick={() => go("/sync")}>
            {t("customers.conflict_open")}
          </Button>
        </section>
      )}
      {customer.refused.map((refused) => (
        <Refused key={refused.change} refused={refused} customer={customer} />
      ))}
    </>
  );
}

function Refused({ refused, customer }: { refused: RefusedView; customer: CustomerView }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const word = useFieldWord();
  const go = useGo();
  const { failed } = useDeeds();
  const [busy, setBusy] = useState(false);
  const run = (command: "sync_retry" | "sync_discard", text: string) => async (): Promise<void> => {
    setBusy(true);
    try {
      await call(command, { change: refused.change });
      toast({ text });
    } catch (thrown) {
      failed(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="lq-customer-banner lq-customer-banner-danger" aria-label={t("customers.refused_title")}>
      <CircleX size={16} aria-hidden />
      <div>
        <strong>{t("customers.refused_title")}</strong>
        <p>
          {refused.field && `${word(refused.field, customer.values.kind)} `}
          {errorText({ code: refused.code })}
        </p>
        <p className="lq-customer-typed">
          {t("customers.refused_typed")} <time>{formatTime(refused.made_at)}</time>
          {Object.entries(refused.typed).map(([field, value]) => (
            <span key={field}>
              {word(field, customer.values.kind)} <b>{value ? <Value field={field} value={value} /> : t("customers.history_nothing")}</b>
            </span>
          ))}
        </p>
      </div>
      <span className="lq-customer-banner-actions">
        {customer.may_edit && (
          <Button size="small" onClick={() => go(`/customers/${customer.id}/edit`)}>
            {t("customers.edit")}
          </Button>
        )}
        <Button size="small" loading={busy} onClick={() => void run("sync_retry", t("customers.refused_retried"))()}>
          {t("customers.refused_retry")}
        </Button>
        <Button size="small" danger disabled={busy} onClick={() => void run("sync_discard", t("customers.refused_discarded"))()}>
          {t("customers.refused_discard")}
        </Button>
      </span>
    </section>
  );
}
