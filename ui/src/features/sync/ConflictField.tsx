import { Input } from "antd";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError, Choice, ConflictView } from "../../ipc/contract";
import { ErrorText } from "../../kit/ErrorText";
import { formatTime } from "../../kit/format/dates";
import { DELETED, useFieldName, useValue } from "./words";

interface ConflictFieldProps {
  conflict: ConflictView;
  choice: Choice | undefined;
  error: ApiError | null;
  onChoose: (choice: Choice) => void;
}

/** Base, mine and theirs side by side, each with who and when; or something else. */
export function ConflictField(p: ConflictFieldProps) {
  const { t } = useTranslation();
  const group = useId();
  const fieldName = useFieldName();
  const sides = useSides(p.conflict);
  const { choice } = p;
  const deleted = p.conflict.field === DELETED;
  return (
    <fieldset className="lq-sync-settle">
      <legend>{fieldName(p.conflict.field)}</legend>
      <div className="lq-sync-sides">
        <div className="lq-sync-side lq-sync-base">
          <span className="lq-sync-side-name">{t("sync.base")}</span>
          <span className="lq-sync-value">{sides.base}</span>
          <span className="lq-note">{t("sync.base_note")}</span>
        </div>
        <Side
          name={group}
          title={t("sync.mine")}
          note={sides.mineNote}
          on={choice?.kind === "mine"}
          onPick={() => p.onChoose({ kind: "mine" })}
        >
          {sides.mine}
        </Side>
        <Side
          name={group}
          title={t("sync.theirs")}
          note={sides.theirsNote}
          on={choice?.kind === "theirs"}
          onPick={() => p.onChoose({ kind: "theirs" })}
        >
          {sides.theirs}
        </Side>
      </div>
      {!deleted && <Typed group={group} {...p} />}
      {p.error && <ErrorText error={p.error} id={`${group}-error`} />}
    </fieldset>
  );
}

function useSides({ field, ...one }: ConflictView): Record<"base" | "mine" | "theirs" | "mineNote" | "theirsNote", string> {
  const { t } = useTranslation();
  const value = useValue();
  const note = (by: string, at: number | null): string => [by, at !== null && formatTime(at)].filter(Boolean).join(" · ");
  const deleted = field === DELETED;
  return {
    base: deleted ? t("sync.deleted_base") : value(field, one.base),
    mine: deleted ? t("sync.deleted_mine") : value(field, one.mine),
    theirs: deleted ? t("sync.deleted_theirs") : value(field, one.theirs),
    mineNote: note(t("sync.by_me"), one.mine_at),
    theirsNote: note(one.theirs_by ?? t("sync.by_other"), one.theirs_at),
  };
}

interface SideProps {
  name: string;
  title: string;
  note: string;
  on: boolean;
  onPick: () => void;
  children: ReactNode;
}

function Side(p: SideProps) {
  return (
    <label className={`lq-sync-side${p.on ? " lq-sync-side-on" : ""}`}>
      <span className="lq-sync-side-name">
        <input type="radio" name={p.name} checked={p.on} onChange={p.onPick} />
        {p.title}
      </span>
      <span className="lq-sync-value">{p.children}</span>
      <span className="lq-note">{p.note}</span>
    </label>
  );
}

function Typed(p: ConflictFieldProps & { group: string }) {
  const { t } = useTranslation();
  const on = p.choice?.kind === "typed";
  const text = p.choice?.kind === "typed" ? p.choice.text : "";
  const type = (typed: string): void => p.onChoose({ kind: "typed", text: typed });
  return (
    <div className="lq-sync-typed">
      <label>
        <input type="radio" name={p.group} checked={on} onChange={() => type(text)} />
        {t("sync.typed")}
      </label>
      <Input
        value={text}
        aria-label={t("sync.typed_label")}
        placeholder={t("sync.typed_label")}
        status={p.error && on ? "error" : ""}
        aria-invalid={(p.error !== null && on) || undefined}
        aria-describedby={p.error ? `${p.group}-error` : undefined}
        onChange={(event) => type(event.target.value)}
      />
    </div>
  );
}
