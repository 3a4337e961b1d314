import "./audits.css";
import { Button } from "antd";
import { ScrollText } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError, AuditRow } from "../../ipc/contract";
import { ErrorText } from "../../kit/ErrorText";
import { DataGrid } from "../../kit/grid/DataGrid";
import { type Action, useActions } from "../../kit/keys/actions";
import { Page } from "../../kit/Page";
import { Empty, ErrorState, Offline } from "../../kit/states";
import { EntryDialog } from "./EntryDialog";
import { FilterRow } from "./FilterRow";
import { ALL, type Filter, isNarrow, questionOf } from "./filter";
import { useColumns } from "./useColumns";
import { type Entries, useEntries } from "./useEntries";
import { useFilter } from "./useFilter";

const NONE: readonly AuditRow[] = [];

/** Who saw, changed or took out what, on which device and when. The server alone has it. */
export default function AuditsPage() {
  const { t } = useTranslation();
  const [filter, change] = useFilter();
  const [opened, setOpened] = useState<AuditRow | null>(null);
  const entries = useEntries(filter);
  useRefresh(entries.retry);
  const { rows, more, error } = entries;
  const count = rows?.length ?? 0;
  return (
    <Page
      title={t("nav.audits")}
      layout="fill"
      aside={rows && t(more ? "audits.shown_more" : "audits.shown", { count })}
      toolbar={<FilterRow filter={filter} rows={rows ?? NONE} onChange={change} />}
    >
      {error && rows && <Failed error={error} onRetry={entries.retry} />}
      {error && !rows ? (
        <Unreadable error={error} onRetry={entries.retry} />
      ) : (
        <List entries={entries} filter={filter} onOpen={setOpened} onClear={() => change(ALL)} />
      )}
      <EntryDialog
        row={opened}
        onNarrow={(part) => {
          setOpened(null);
          change(part);
        }}
        onClose={() => setOpened(null)}
      />
    </Page>
  );
}

interface ListProps {
  entries: Entries;
  filter: Filter;
  onOpen: (row: AuditRow) => void;
  onClear: () => void;
}

function List({ entries: { rows, more, onRange }, filter, onOpen, onClear }: ListProps) {
  const { t } = useTranslation();
  const columns = useColumns();
  const [active, setActive] = useState(0);
  const empty = isNarrow(filter) ? (
    <Empty
      icon={ScrollText}
      title={t("audits.no_match_title")}
      text={t("audits.no_match_text")}
      actions={<Button onClick={onClear}>{t("audits.clear")}</Button>}
    />
  ) : (
    <Empty icon={ScrollText} title={t("audits.empty_title")} text={t("audits.empty_text")} />
  );
  return (
    <DataGrid
      label={t("nav.audits")}
      columns={columns}
      // The one more is drawn as being read, and reaching it asks for it.
      total={rows && rows.length + (more ? 1 : 0)}
      rows={(index) => rows?.[index]}
      onRange={onRange}
      rowId={(row) => `${row.branch}:${row.position}`}
      rowLabel={(row) => t("audits.entry", { position: row.position })}
      active={active}
      onActive={(index) => {
        setActive(index);
        // Keys may be ahead of what is drawn.
        onRange(index, index);
      }}
      onOpen={onOpen}
      listKey={JSON.stringify(questionOf(filter))}
      mainList
      empty={empty}
    />
  );
}

/** Nothing of this is kept here: without the server there is nothing to show, which is no fault. */
function Unreadable(p: { error: ApiError; onRetry: () => void }) {
  const { t } = useTranslation();
  if (p.error.code === "not_joined") return <Offline title={t("audits.alone_title")} text={t("audits.alone_text")} />;
  if (p.error.code === "server_unreachable") {
    const retry = <Button onClick={p.onRetry}>{t("common.retry")}</Button>;
    return <Offline text={t("audits.offline_text")} actions={retry} />;
  }
  return <ErrorState error={p.error} onRetry={p.onRetry} />;
}

/** What is there stays when the next part can't be read. */
function Failed(p: { error: ApiError; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="lq-audits-failed">
      <ErrorText error={p.error} />
      <Button size="small" onClick={p.onRetry}>
        {t("common.retry")}
      </Button>
    </div>
  );
}

function useRefresh(refresh: () => void): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  useActions(
    useMemo<Action[]>(
      () => [{ id: "audits.refresh", labelKey: "audits.refresh", keys: ["r"], scope: "screen", run: () => latest.current() }],
      [],
    ),
  );
}
