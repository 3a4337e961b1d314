import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { CircleCheck, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportView } from "../../ipc/contract";
import { jobsQuery } from "../../ipc/queries";
import { formatTime } from "../../kit/format/dates";
import { formatCount } from "../../kit/format/number";
import { useGo } from "../../kit/navigation";
import { Section } from "../../kit/Page";
import { StatusPill } from "../../kit/pills";
import { customersOf, importsQuery } from "./queries";
import { JobPanel } from "./Report";
import { type Undoable, UndoDialog } from "./UndoDialog";

/** What was brought in before, and the way to take it back. */
export function History() {
  const { t } = useTranslation();
  const imports = useQuery(importsQuery).data;
  const undone = useQuery(jobsQuery).data?.find((job) => job.kind === "import_undo");
  const [undo, setUndo] = useState<Undoable | null>(null);
  if (!imports) return null;
  return (
    <Section title={t("imports.history")}>
      {undone && <JobPanel job={undone} />}
      {imports.length === 0 ? (
        <p className="lq-note">{t("imports.history_empty")}</p>
      ) : (
        <div className="lq-imports-scroll">
          <table className="lq-imports-table">
            <thead>
              <tr>
                <th scope="col">{t("imports.history_file")}</th>
                <th scope="col">{t("imports.history_at")}</th>
                {(["new", "updated", "duplicates", "errors"] as const).map((count) => (
                  <th key={count} scope="col" className="lq-imports-number">
                    {t(`imports.count_${count}`)}
                  </th>
                ))}
                <th scope="col">{t("imports.history_state")}</th>
                <th scope="col">
                  <span className="lq-hidden">{t("imports.history_actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {imports.map((one) => (
                <HistoryRow key={one.id} done={one} busy={undone?.state === "running"} onUndo={() => setUndo(one)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <UndoDialog undo={undo} onClose={() => setUndo(null)} />
    </Section>
  );
}

function HistoryRow({ done, busy, onUndo }: { done: ImportView; busy: boolean; onUndo: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <tr>
      <th scope="row">{done.name}</th>
      <td className="lq-imports-at">{formatTime(done.at)}</td>
      {(["new", "updated", "duplicates", "errors"] as const).map((count) => (
        <td key={count} className="lq-imports-number">
          {formatCount(done.counts[count])}
        </td>
      ))}
      <td>
        {done.undone_at === null ? (
          <StatusPill tone="success" icon={CircleCheck}>
            {t("imports.history_done")}
          </StatusPill>
        ) : (
          <StatusPill icon={Undo2} title={formatTime(done.undone_at)}>
            {t("imports.history_undone")}
          </StatusPill>
        )}
      </td>
      <td className="lq-imports-row-deeds">
        {done.undone_at === null && (
          <>
            <Button
              size="small"
              type="link"
              aria-label={t("imports.open_of", { name: done.name })}
              onClick={() => go("/customers", customersOf(done.id))}
            >
              {t("imports.open_customers")}
            </Button>
            <Button size="small" disabled={busy} aria-label={t("imports.undo_of", { name: done.name })} onClick={onUndo}>
              {t("imports.undo")}
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}
