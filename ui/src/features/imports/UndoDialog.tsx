import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { ImportView } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { ErrorText } from "../../kit/ErrorText";
import { formatCount } from "../../kit/format/number";
import { toast } from "../../kit/toast";
import { useUndoImport } from "./queries";

export type Undoable = Pick<ImportView, "id" | "name" | "counts">;

/** Asks before a whole import is taken back: that can't be undone. */
export function UndoDialog(p: { undo: Undoable | null; onClose: () => void }) {
  const { t } = useTranslation();
  const undoing = useUndoImport();
  const { undo } = p;
  const run = (): void => {
    if (!undo) return;
    undoing.mutate(undo, {
      onSuccess: () => {
        p.onClose();
        toast({ text: t("imports.undo_started"), tone: "info" });
      },
    });
  };
  return (
    <Dialog
      open={undo !== null}
      title={t("imports.undo_title")}
      onClose={p.onClose}
      onOk={run}
      okText={t("imports.undo")}
      danger
      busy={undoing.isPending}
    >
      <p>
        {undo &&
          t("imports.undo_text", { name: undo.name, added: formatCount(undo.counts.new), updated: formatCount(undo.counts.updated) })}
      </p>
      {undoing.error && <ErrorText error={asApiError(undoing.error)} withCode />}
    </Dialog>
  );
}
