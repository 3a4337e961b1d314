import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportCounts, JobResult, JobView } from "../../ipc/contract";
import { formatCount } from "../../kit/format/number";
import { JobBar } from "../../kit/JobBar";
import { useGo } from "../../kit/navigation";
import { StatusPill } from "../../kit/pills";
import { Loading, State } from "../../kit/states";
import { useJobShown } from "../../kit/useJobShown";
import { cancelJob, customersOf, importsQuery } from "./queries";
import { RowErrors } from "./RowErrors";
import { type Undoable, UndoDialog } from "./UndoDialog";

/** A job while it runs, and its result when it has ended. */
export function JobPanel({ job }: { job: JobView | null | undefined }) {
  const { t } = useTranslation();
  const shown = useJobShown();
  if (job === undefined) return <Loading />;
  if (job === null) return <State title={t("imports.job_gone")} text={t("imports.job_gone_text")} />;
  return (
    <div className="lq-imports-job">
      {job.result?.kind !== "import" && <JobBar job={shown(job)} onCancel={() => cancelJob(job.id)} />}
      {job.result && <Result job={job} result={job.result} />}
    </div>
  );
}

function Result({ job, result }: { job: JobView; result: JobResult }) {
  const { t } = useTranslation();
  if (result.kind === "import") return <ImportReport job={job} result={result} />;
  if (result.kind !== "import_undo") return null;
  return (
    <p className="lq-imports-outcome">
      {t("imports.undo_result", {
        removed: formatCount(result.removed),
        restored: formatCount(result.restored),
        kept: formatCount(result.kept),
      })}
    </p>
  );
}

type ImportResult = Extract<JobResult, { kind: "import" }>;

function ImportReport({ job, result }: { job: JobView; result: ImportResult }) {
  const { t } = useTranslation();
  const go = useGo();
  const [undo, setUndo] = useState<Undoable | null>(null);
  const { counts, import: id } = result;
  const undone = useQuery(importsQuery).data?.some((one) => one.id === id && one.undone_at !== null) ?? false;
  const title = id ? t("imports.report_run") : t("imports.report_check");
  return (
    <section aria-label={title}>
      <div className="lq-imports-caption">
        <h2>{title}</h2>
        <p className="lq-note">{t("imports.count_rows", { count: counts.rows, replace: { count: formatCount(counts.rows) } })}</p>
      </div>
      <Figures counts={counts} planned={id === null} />
      {undone && (
        <div className="lq-imports-deeds">
          <StatusPill icon={Undo2}>{t("imports.history_undone")}</StatusPill>
        </div>
      )}
      {id && !undone && counts.new + counts.updated > 0 && (
        <div className="lq-imports-deeds">
          <Button type="primary" onClick={() => go("/customers", customersOf(id))}>
            {t("imports.open_customers")}
          </Button>
          <Button onClick={() => setUndo({ id, name: job.title, counts })}>{t("imports.undo")}</Button>
        </div>
      )}
      {result.errors.length > 0 && <RowErrors job={job} errors={result.errors} total={counts.errors} />}
      <UndoDialog undo={undo} onClose={() => setUndo(null)} />
    </section>
  );
}

/** The four figures of a check or an import. */
function Figures({ counts, planned }: { counts: ImportCounts; planned: boolean }) {
  const { t } = useTranslation();
  const figures = [
    {
      key: "new",
      label: t(planned ? "imports.count_new_check" : "imports.count_new"),
      value: counts.new,
      hint: t("imports.count_new_hint"),
    },
    {
      key: "updated",
      label: t(planned ? "imports.count_updated_check" : "imports.count_updated"),
      value: counts.updated,
      hint: t("imports.count_updated_hint"),
    },
    { key: "duplicates", label: t("imports.count_duplicates"), value: counts.duplicates, hint: t("imports.count_duplicates_hint") },
    { key: "errors", label: t("imports.count_errors"), value: counts.errors, hint: t("imports.count_errors_hint") },
  ];
  return (
    <dl className="lq-imports-figures">
      {figures.map(({ key, label, value, hint }) => (
        <div key={key} className={value > 0 ? `lq-imports-figure-${key}` : undefined}>
          <dt>{label}</dt>
          <dd>
            {formatCount(value)}
            <span className="lq-note">{hint}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
