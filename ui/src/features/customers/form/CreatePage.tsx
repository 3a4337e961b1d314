import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { CustomerForm } from "./CustomerForm";
import type { FormStart } from "./types";

const NEW: FormStart = { id: null, revision: 0, values: {} };

/** A new customer. */
export default function CreatePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = (id: string): void => void navigate({ to: `/customers/${id}`, replace: true });
  return <CustomerForm title={t("customers.form_new")} start={NEW} back="/customers" onSaved={open} />;
}
