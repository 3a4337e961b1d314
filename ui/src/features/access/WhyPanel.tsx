import "./access.css";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import { Section } from "../../kit/Page";
import type { PanelProps } from "../../kit/panels";
import { ErrorState, Loading } from "../../kit/states";
import { FieldTable, PermissionTable } from "./Tables";
import { ruleKey } from "./words";

/** Why the user sees this customer; on demand, what may be done with it and with each field, and why. */
export default function WhyPanel({ id }: PanelProps) {
  const { t } = useTranslation();
  const part = useId();
  const [open, setOpen] = useState(false);
  // Begins with the customers' word: who looks after a customer decides who sees it.
  const { data: why, error, refetch } = useQuery({ queryKey: ["customers", "access", id], queryFn: () => call("access_customer", { id }) });
  return (
    <Section title={t("access.panel_title")}>
      {error ? (
        <ErrorState error={asApiError(error)} title={t("access.error_title")} onRetry={() => void refetch()} />
      ) : why ? (
        <div className="lq-access-panel">
          <p>{String(t(ruleKey(why.rule)))}</p>
          <Button
            size="small"
            aria-expanded={open}
            aria-controls={part}
            icon={open ? <ChevronUp size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
            onClick={() => setOpen(!open)}
          >
            {t(open ? "access.less" : "access.more")}
          </Button>
          <div id={part} hidden={!open}>
            {open && (
              <>
                <h3>{t("access.permissions_here")}</h3>
                <PermissionTable permissions={why.permissions} />
                <h3>{t("access.fields_here")}</h3>
                <FieldTable fields={why.fields} />
              </>
            )}
          </div>
        </div>
      ) : (
        <Loading />
      )}
    </Section>
  );
}
