import "./exports.css";
import { Button } from "antd";
import { Download, Users } from "lucide-react";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../kit/format/number";
import { type Action, useActions } from "../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { useAddress, useBack, useGo } from "../../kit/navigation";
import { Page } from "../../kit/Page";
import { Empty } from "../../kit/states";
import { ColumnChoice } from "./ColumnChoice";
import { ExportOptions } from "./ExportOptions";
import { ExportProgress } from "./ExportProgress";
import { type ExportAddress, type ExportRequest, readRequest } from "./request";
import { useExport } from "./useExport";

/** Takes customers out of the bank's reach into a file: which, what of them, where to, and why. */
export default function ExportPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress<ExportAddress>();
  const request = useMemo(() => readRequest(address), [address]);
  const { job, ...rest } = address;
  if (job === undefined) return <ExportForm request={request} onStarted={(id) => setAddress({ ...rest, job: id })} />;
  return (
    <Page title={t("exports.title")} layout="text">
      <ExportProgress id={job} {...(rest.query === undefined && rest.picked === undefined ? {} : { onAgain: () => setAddress(rest) })} />
    </Page>
  );
}

function ExportForm(p: { request: ExportRequest; onStarted: (job: string) => void }) {
  const { t } = useTranslation();
  const body = useRef<HTMLDivElement>(null);
  const back = useBack("/customers");
  const go = useGo();
  const focus = useMemo(() => (entry: string) => body.current?.querySelector<HTMLElement>(`[name="${entry}"]`)?.focus(), []);
  const form = useExport(p.request, p.onStarted, focus);
  const aria = useAriaKeys("exports.run");
  useRunAction(form.submit);
  const { count } = form;
  const label = t("exports.run", { people: formatCount(count ?? 0) });
  const which = p.request.ids ? "selected" : p.request.query.text || p.request.query.filters.length > 0 ? "list" : "all";
  const none = form.columns.every((column) => !column.chosen);
  return (
    <Page
      title={t("exports.title")}
      aside={
        count !== undefined && (
          <span>
            {t(`exports.which_${which}`)} · {t("exports.count", { count, replace: { count: formatCount(count) } })}
          </span>
        )
      }
      actions={
        <>
          <Button onClick={back}>{t("common.cancel")}</Button>
          <KeyTip title={label} action="exports.run">
            <Button
              type="primary"
              icon={<Download size={14} aria-hidden />}
              disabled={!count || none || form.path.trim() === ""}
              loading={form.busy && { delay: 150 }}
              onClick={form.submit}
              aria-keyshortcuts={aria}
            >
              {label}
            </Button>
          </KeyTip>
        </>
      }
    >
      {count === 0 ? (
        <Empty
          icon={Users}
          title={t(p.request.ids ? "exports.picked_gone" : "exports.nobody")}
          text={t(p.request.ids ? "exports.picked_gone_text" : "exports.nobody_text")}
          actions={
            <Button type="primary" onClick={() => go("/customers")}>
              {t("exports.to_customers")}
            </Button>
          }
        />
      ) : (
        <div className="lq-exports" ref={body}>
          <ExportOptions form={form} />
          <ColumnChoice columns={form.columns} onChange={form.setColumns} />
        </div>
      )}
    </Page>
  );
}

function useRunAction(submit: () => void): void {
  const latest = useRef(submit);
  latest.current = submit;
  const actions = useMemo<Action[]>(
    () => [
      {
        id: "exports.run",
        labelKey: "exports.action_run",
        keys: ["Ctrl+Enter"],
        scope: "screen",
        permission: "customers_export",
        aliases: "daochu dc",
        run: () => latest.current(),
      },
    ],
    [],
  );
  useActions(actions);
}
