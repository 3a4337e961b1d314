import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Feature, PendingView } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { ErrorText } from "../../kit/ErrorText";
import { formatTime } from "../../kit/format/dates";
import { useGo } from "../../kit/navigation";
import { Section } from "../../kit/Page";
import { useRefusedDeeds } from "./queries";
import { correctionOf, EntityNote, RecordLink } from "./RecordLink";
import { Side } from "./Side";
import { Value } from "./Value";
import { isTyped, useEntityName, useFieldName } from "./words";

/** Changes that the server refused: why, what was typed, and what can be done. Nothing is dropped unless the user says so. */
export function RefusedList(p: { refused: readonly PendingView[] }) {
  const { t } = useTranslation();
  const deeds = useRefusedDeeds();
  const [dropping, setDropping] = useState<PendingView | null>(null);
  const drop = (): void => {
    if (dropping) deeds.discard(dropping.change);
    setDropping(null);
  };
  return (
    <Section title={t("sync.refused")} aside={<p className="lq-note">{t("sync.refused_note")}</p>}>
      <ul className="lq-sync-list">
        {p.refused.map((one) => (
          <RefusedCard
            key={one.change}
            change={one}
            busy={deeds.busy}
            onRetry={() => deeds.retry(one.change)}
            onDiscard={() => setDropping(one)}
          />
        ))}
      </ul>
      <Dialog
        open={dropping !== null}
        title={t("sync.discard_title")}
        width={440}
        danger
        okText={t("sync.discard")}
        onOk={drop}
        onClose={() => setDropping(null)}
      >
        {t("sync.discard_text")}
      </Dialog>
    </Section>
  );
}

interface RefusedCardProps {
  change: PendingView;
  busy: boolean;
  onRetry: () => void;
  onDiscard: () => void;
}

function RefusedCard(p: RefusedCardProps) {
  const { t } = useTranslation();
  const go = useGo();
  const entity = useEntityName();
  const { change } = p;
  const correction = correctionOf(change);
  const name = change.name || entity(change.entity);
  return (
    <li className="lq-sync-item">
      <div className="lq-sync-item-head">
        <RecordLink record={change}>{name}</RecordLink>
        <EntityNote entity={change.entity} />
        <span className="lq-note">{t("sync.made_at", { time: formatTime(change.made_at) })}</span>
        <span className="lq-sync-item-deeds">
          <Button disabled={p.busy} onClick={p.onDiscard} aria-label={t("sync.discard_of", { name })}>
            {t("sync.discard")}
          </Button>
          <Button disabled={p.busy} onClick={p.onRetry} aria-label={t("sync.retry_of", { name })}>
            {t("sync.retry")}
          </Button>
          {correction && (
            <Button type="primary" ghost onClick={() => go(...correction)} aria-label={t("sync.correct_of", { name })}>
              {t("sync.correct")}
            </Button>
          )}
        </span>
      </div>
      {change.refused && <Reason refused={change.refused} entity={change.entity} />}
    </li>
  );
}

function Reason({ refused, entity }: { refused: NonNullable<PendingView["refused"]>; entity: Feature }) {
  const { t } = useTranslation();
  const fieldName = useFieldName();
  const typed = Object.entries(refused.typed).filter(([field]) => isTyped(entity, field));
  return (
    <>
      <div className="lq-sync-reason">
        {refused.field && <span className="lq-sync-field">{fieldName(refused.field)}</span>}
        <ErrorText error={{ code: refused.code }} />
      </div>
      <ul className="lq-sync-lines" aria-label={t("sync.typed_before")}>
        {typed.map(([field, value]) => (
          <li key={field}>
            <span className="lq-sync-field">{fieldName(field)}</span>
            <Side name={t("sync.typed_before")}>
              <Value field={field} value={value} />
            </Side>
          </li>
        ))}
      </ul>
    </>
  );
}
