import { Button } from "antd";
import { SearchX, Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../../ipc/queries";
import { useGo } from "../../../kit/navigation";
import { Empty } from "../../../kit/states";
import { ask } from "./state";

/** Instead of rows: nothing matches, or there is nothing yet. */
export function NoRows(p: { filtered: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const go = useGo();
  if (p.filtered)
    return (
      <Empty
        icon={SearchX}
        title={t("customers.no_match_title")}
        text={t("customers.no_match_text")}
        actions={<Button onClick={() => ask({ text: "", filters: [] })}>{t("customers.clear_all")}</Button>}
      />
    );
  if (!may("customers_create")) return <Empty icon={Users} title={t("customers.empty_title")} text={t("customers.empty_text_read")} />;
  return (
    <Empty
      icon={Users}
      title={t("customers.empty_title")}
      text={t("customers.empty_text")}
      actions={
        <>
          <Button type="primary" onClick={() => go("/customers/new")}>
            {t("customers.new")}
          </Button>
          {may("customers_import") && (
            <Button type="link" onClick={() => go("/imports")}>
              {t("customers.import")}
            </Button>
          )}
        </>
      }
    />
  );
}
