import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../../ipc/backend";
import type { CustomerView } from "../../../ipc/contract";
import { customerQuery } from "../../../ipc/records";
import { useGo, useParam } from "../../../kit/navigation";
import { Page } from "../../../kit/Page";
import { ErrorState, Loading, NoPermission } from "../../../kit/states";
import { CustomerForm } from "./CustomerForm";

/** Changes a customer that is known. */
export default function EditPage() {
  const { t } = useTranslation();
  const go = useGo();
  const id = useParam("id");
  const found = useQuery(customerQuery(id));
  if (found.data?.may_edit) return <Editing key={id} customer={found.data} />;
  return (
    <Page title={t("customers.form_edit")}>
      {found.error && (
        <ErrorState
          error={asApiError(found.error)}
          title={t("customers.gone_title")}
          actions={<Button onClick={() => go("/customers")}>{t("customers.gone_back")}</Button>}
        />
      )}
      {found.data && <NoPermission permission={t("permissions.customers_edit")} />}
      {found.isPending && <Loading />}
    </Page>
  );
}

/** The form works on the customer as it was opened: what comes in from elsewhere must not change under the hands. */
function Editing({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(customer);
  const address = `/customers/${opened.id}`;
  const name = opened.values.name ?? "";
  return (
    <CustomerForm
      key={opened.revision}
      title={t("customers.form_edit_name", { name })}
      start={opened}
      back={address}
      onSaved={() => void navigate({ to: address, replace: true })}
      onReload={() => setOpened(customer)}
    />
  );
}
