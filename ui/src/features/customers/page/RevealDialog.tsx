import { Button, Input, Select } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../../ipc/backend";
import type { ApiError, CustomerView, Field } from "../../../ipc/contract";
import { Dialog } from "../../../kit/Dialog";
import { ErrorText } from "../../../kit/ErrorText";
import { useFieldWord } from "../words";
import type { Reveal } from "./useReveal";

const REASONS = ["customers.reveal_call", "customers.reveal_service", "customers.reveal_verify"] as const;

/** Asks why a masked field has to be seen. */
export function RevealDialog({ customer, reveal }: { customer: CustomerView; reveal: Reveal }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const id = useId();
  const [reason, setReason] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const close = (): void => {
    reveal.close();
    setReason("");
    setError(null);
  };
  const show = async (): Promise<void> => {
    if (!reveal.asking || busy) return;
    setBusy(true);
    try {
      await reveal.show(reveal.asking, reason.trim());
      close();
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={reveal.asking !== null}
      title={t("customers.reveal_title")}
      onClose={close}
      onOk={() => void show()}
      okText={t("customers.reveal")}
      busy={busy}
    >
      <div className="lq-customers-field">
        <label htmlFor={`${id}-field`}>{t("customers.reveal_what")}</label>
        <Select<Field | null>
          id={`${id}-field`}
          value={reveal.asking}
          options={reveal.masked.map((field) => ({ value: field, label: word(field, customer.values.kind) }))}
          onChange={(field) => field && reveal.choose(field)}
        />
      </div>
      <div className="lq-customers-field">
        <label htmlFor={`${id}-reason`}>{t("customers.reveal_reason")}</label>
        <Input
          id={`${id}-reason`}
          autoFocus
          value={reason}
          maxLength={200}
          placeholder={t("customers.reveal_hint")}
          status={error ? "error" : ""}
          aria-invalid={error !== null}
          onChange={(event) => setReason(event.target.value)}
          onPressEnter={(event) => !event.nativeEvent.isComposing && void show()}
        />
        <span className="lq-customer-reasons">
          {REASONS.map((key) => (
            <Button key={key} size="small" onClick={() => setReason(t(key))}>
              {t(key)}
            </Button>
          ))}
        </span>
        {error && <ErrorText error={error} />}
      </div>
      <p className="lq-note">{t("customers.reveal_note")}</p>
    </Dialog>
  );
}
