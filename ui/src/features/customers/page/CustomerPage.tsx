import "../customers.css";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../../ipc/backend";
import { customerQuery } from "../../../ipc/records";
import { useGo, useParam } from "../../../kit/navigation";
import { Page } from "../../../kit/Page";
import { useWarmPanels } from "../../../kit/panels";
import { ErrorState, Loading } from "../../../kit/states";
import { CustomerDetails } from "./CustomerDetails";

/** Everything about one customer. */
export default function CustomerPage() {
  const { t } = useTranslation();
  const go = useGo();
  const id = useParam("id");
  useWarmPanels("customers.page", id);
  useWarmPanels("customers.actions", id);
  const found = useQuery(customerQuery(id));
  if (found.data && !found.error) return <CustomerDetails key={id} customer={found.data} />;
  return (
    <Page title={t("customers.title")}>
      {found.error ? (
        <ErrorState
          error={asApiError(found.error)}
          title={t("customers.gone_title")}
          actions={<Button onClick={() => go("/customers")}>{t("customers.gone_back")}</Button>}
        />
      ) : (
        <Loading />
      )}
    </Page>
  );
}
