import { useBlocker } from "@tanstack/react-router";
import { Button } from "antd";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../../kit/Dialog";
import type { CustomerFormState } from "./useCustomerForm";

/** Asks before a form with changes is left. `leaving` is set when it was saved or given up on purpose. */
export function LeaveDialog({ form, leaving }: { form: CustomerFormState; leaving: RefObject<boolean> }) {
  const { t } = useTranslation();
  const blocker = useBlocker({
    shouldBlockFn: () => form.dirty && !leaving.current,
    enableBeforeUnload: () => form.dirty && !leaving.current,
    withResolver: true,
  });
  const blocked = blocker.status === "blocked";
  const { reset, proceed } = blocker;
  const leave = (deed: () => void) => (): void => {
    deed();
    proceed?.();
  };
  const footer = (
    <>
      <Button danger onClick={leave(form.discard)}>
        {t("customers.leave_drop")}
      </Button>
      <Button onClick={leave(form.keep)}>{t("customers.leave_keep")}</Button>
      <Button type="primary" onClick={() => reset?.()}>
        {t("customers.leave_stay")}
      </Button>
    </>
  );
  return (
    <Dialog open={blocked} title={t("customers.leave_title")} onClose={() => reset?.()} footer={footer}>
      {t("customers.leave_text")}
    </Dialog>
  );
}
