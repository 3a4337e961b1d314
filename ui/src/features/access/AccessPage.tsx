import "./access.css";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { AccessOverview } from "../../ipc/contract";
import { useSession } from "../../ipc/queries";
import { Page, Section } from "../../kit/Page";
import { ErrorState, Loading } from "../../kit/states";
import { Lookup } from "./Lookup";
import { FieldTable, PermissionTable } from "./Tables";
import { scopeKey } from "./words";

/** What the user's role may do and whose customers it reaches, each with its rule; and a question about one customer. */
export default function AccessPage() {
  const { t } = useTranslation();
  const user = useSession()?.user;
  // Another role or branch has other rights.
  const queryKey = ["access", "overview", user?.role, user?.branch];
  const { data: overview, error, refetch } = useQuery({ queryKey, queryFn: () => call("access_overview") });
  return (
    <Page title={t("access.title")} layout="text">
      {error ? (
        <ErrorState error={asApiError(error)} title={t("access.error_title")} onRetry={() => void refetch()} />
      ) : overview ? (
        <Overview overview={overview} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Overview({ overview }: { overview: AccessOverview }) {
  const { t } = useTranslation();
  const { role, scope, branches } = overview;
  return (
    <>
      <Section title={t("access.role_title", { role: t(`roles.${role}`) })}>
        <p>{String(t(scopeKey(scope)))}</p>
        {branches.length > 0 && <p className="lq-note">{t("access.branches", { names: branches.join(t("access.between")) })}</p>}
      </Section>
      <Lookup />
      <Section title={t("access.permissions")}>
        <PermissionTable permissions={overview.permissions} />
      </Section>
      {overview.fields.length > 0 && (
        <Section title={t("access.fields")}>
          <FieldTable fields={overview.fields} />
        </Section>
      )}
    </>
  );
}
