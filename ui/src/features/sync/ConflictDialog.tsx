import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ApiError, Choice } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { ErrorText } from "../../kit/ErrorText";
import { EntryForm } from "../../kit/form/EntryForm";
import { toast } from "../../kit/toast";
import { ConflictField } from "./ConflictField";
import { type Choices, type Conflict, isSettled } from "./conflicts";

interface ConflictDialogProps {
  conflicts: readonly Conflict[];
  /** The change that is settled now; null: closed. */
  open: string | null;
  onOpen: (change: string | null) => void;
}

/** The one place where a conflict is settled: each field with what it was, mine and theirs. Goes on to the next by itself. */
export function ConflictDialog(p: ConflictDialogProps) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState<Choices>({});
  const [error, setError] = useState<ApiError | null>(null);
  const at = p.conflicts.findIndex((one) => one.change === p.open);
  const conflict = useLastShown(p.conflicts[at]);
  const next = p.conflicts[at + 1] ?? p.conflicts.find((one) => one.change !== p.open);
  const show = (change: string | null): void => {
    setChoices({});
    setError(null);
    p.onOpen(change);
  };
  const settle = useMutation({
    mutationFn: (of: Conflict) => call("sync_settle", { change: of.change, choices }),
    onSuccess: (_none, of) => {
      toast({ text: t("sync.settled", { name: of.name }) });
      show(next?.change ?? null);
    },
    onError: (thrown) => setError(asApiError(thrown)),
  });
  const ready = conflict !== undefined && isSettled(conflict, choices);
  const submit = (): void => {
    if (conflict && ready && !settle.isPending) settle.mutate(conflict);
  };
  const choose = (field: string, choice: Choice): void => {
    setError(null);
    setChoices((was) => ({ ...was, [field]: choice }));
  };
  return (
    <Dialog
      open={at >= 0}
      title={t("sync.settle_title", { name: conflict?.name ?? "", at: at + 1, all: p.conflicts.length })}
      width={760}
      onClose={() => show(null)}
      onOk={submit}
      okText={next ? t("sync.settle_next") : t("common.save")}
      okDisabled={!ready}
      busy={settle.isPending}
    >
      {conflict && (
        <EntryForm key={conflict.change} label={t("sync.conflicts")} told={error ? 1 : 0} start="first" onSubmit={submit}>
          <p className="lq-note">{t("sync.settle_note")}</p>
          {conflict.fields.map((one) => (
            <ConflictField
              key={one.field}
              conflict={one}
              entity={conflict.entity}
              choice={choices[one.field]}
              error={error && (error.field === one.field || conflict.fields.length === 1) ? error : null}
              onChoose={(choice) => choose(one.field, choice)}
            />
          ))}
          {error && conflict.fields.length > 1 && !conflict.fields.some(({ field }) => field === error.field) && (
            <ErrorText error={error} />
          )}
        </EntryForm>
      )}
    </Dialog>
  );
}

/** While the dialog closes it still shows what it had. */
function useLastShown(now: Conflict | undefined): Conflict | undefined {
  const [last, setLast] = useState(now);
  if (now !== undefined && now !== last) setLast(now);
  return now ?? last;
}
