import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError, Choice, ConflictView, Feature } from "../../ipc/contract";
import { ErrorText } from "../../kit/ErrorText";
import { formatTime } from "../../kit/format/dates";
import { SideValue } from "./Side";
import { TypedValue } from "./TypedValue";
import { DELETED, useFieldName } from "./words";

interface ConflictFieldProps {
  conflict: ConflictView;
  entity: Feature;
  choice: Choice | undefined;
  error: ApiError | null;
  onChoose: (choice: Choice) => void;
}

/** Base, mine and theirs side by side, each with who and when; or something else. */
export function ConflictField(p: ConflictFieldProps) {
  const { t } = useTranslation();
  const group = useId();
  const fieldName = useFieldName();
  const { choice, conflict, entity } = p;
  return (
    <fieldset className="lq-sync-settle">
      <legend>{fieldName(conflict.field)}</legend>
      <div className="lq-sync-sides">
        <div className="lq-sync-side lq-sync-base">
          <span className="lq-sync-side-name">{t("sync.base")}</span>
          <span className="lq-sync-value">
            <SideValue conflict={conflict} entity={entity} side="base" />
          </span>
          <span className="lq-note">{t("sync.base_note")}</span>
        </div>
        <SideChoice
          name={group}
          title={t("sync.mine")}
          by={t("sync.by_me")}
          at={conflict.mine_at}
          on={choice?.kind === "mine"}
          onPick={() => p.onChoose({ kind: "mine" })}
        >
          <SideValue conflict={conflict} entity={entity} side="mine" />
        </SideChoice>
        <SideChoice
          name={group}
          title={t("sync.theirs")}
          by={conflict.theirs_by ?? t("sync.by_other")}
          at={conflict.theirs_at}
          on={choice?.kind === "theirs"}
          onPick={() => p.onChoose({ kind: "theirs" })}
        >
          <SideValue conflict={conflict} entity={entity} side="theirs" />
        </SideChoice>
      </div>
      {conflict.field !== DELETED && <TypedValue group={group} {...p} />}
      {p.error && <ErrorText error={p.error} id={`${group}-error`} />}
    </fieldset>
  );
}

interface SideChoiceProps {
  name: string;
  title: string;
  /** Who entered it, and when as far as that is known. */
  by: string;
  at: number | null;
  on: boolean;
  onPick: () => void;
  children: ReactNode;
}

function SideChoice(p: SideChoiceProps) {
  return (
    <label className={`lq-sync-side${p.on ? " lq-sync-side-on" : ""}`}>
      <span className="lq-sync-side-name">
        <input type="radio" name={p.name} checked={p.on} onChange={p.onPick} />
        {p.title}
      </span>
      <span className="lq-sync-value">{p.children}</span>
      <span className="lq-note">
        <span>{p.by}</span> {p.at !== null && <time dateTime={new Date(p.at).toISOString()}>{formatTime(p.at)}</time>}
      </span>
    </label>
  );
}
