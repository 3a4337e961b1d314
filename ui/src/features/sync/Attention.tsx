import { CircleCheck } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConflictView, PendingView } from "../../ipc/contract";
import { type Action, useActions } from "../../kit/keys/actions";
import { Section } from "../../kit/Page";
import { Empty } from "../../kit/states";
import { ConflictCard } from "./ConflictCard";
import { ConflictDialog } from "./ConflictDialog";
import { groupConflicts } from "./conflicts";
import { RefusedList } from "./RefusedList";

/** What only the user can decide: fields that two people changed, and changes that the server refused. */
export function Attention(p: { conflicts: readonly ConflictView[]; refused: readonly PendingView[] }) {
  const { t } = useTranslation();
  const conflicts = useMemo(() => groupConflicts(p.conflicts), [p.conflicts]);
  const [open, setOpen] = useState<string | null>(null);
  const latest = useRef(conflicts);
  latest.current = conflicts;
  const some = conflicts.length > 0;
  useActions(
    useMemo<Action[]>(
      () => [
        {
          id: "sync.settle",
          labelKey: "sync.settle_first",
          keys: ["c"],
          scope: "screen",
          enabled: some,
          aliases: "chongtu ct",
          run: () => setOpen(latest.current[0]?.change ?? null),
        },
      ],
      [some],
    ),
  );
  if (!some && p.refused.length === 0) {
    return <Empty icon={CircleCheck} title={t("sync.todo_empty_title")} text={t("sync.todo_empty_text")} />;
  }
  return (
    <>
      {some && (
        <Section title={t("sync.conflicts")} aside={<p className="lq-note">{t("sync.conflicts_note")}</p>}>
          <ul className="lq-sync-list">
            {conflicts.map((conflict) => (
              <ConflictCard key={conflict.change} conflict={conflict} onSettle={() => setOpen(conflict.change)} />
            ))}
          </ul>
        </Section>
      )}
      {p.refused.length > 0 && <RefusedList refused={p.refused} />}
      <ConflictDialog conflicts={conflicts} open={open} onOpen={setOpen} />
    </>
  );
}
