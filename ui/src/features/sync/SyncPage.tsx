import "./sync.css";
import { useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { SyncQueue, SyncView } from "../../ipc/contract";
import { syncQuery } from "../../ipc/queries";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { useAddress } from "../../kit/navigation";
import { Page } from "../../kit/Page";
import { ErrorState, Loading } from "../../kit/states";
import { Attention } from "./Attention";
import { queueQuery, useSyncNow } from "./queries";
import { Rounds } from "./Rounds";
import { StateCard } from "./StateCard";
import { Waiting } from "./Waiting";

/** How this device stands with its server, what waits, and what needs the user. */
export default function SyncPage() {
  const { t } = useTranslation();
  const sync = useQuery(syncQuery);
  const queue = useQuery(queueQuery);
  const error = sync.error ?? queue.error;
  const retry = (): void => void Promise.all([sync.refetch(), queue.refetch()]);
  return (
    <Page title={t("nav.sync")} actions={sync.data?.joined && <SyncNow sync={sync.data} />}>
      {error ? (
        <ErrorState error={asApiError(error)} onRetry={retry} />
      ) : sync.data && queue.data ? (
        <>
          <StateCard sync={sync.data} />
          {sync.data.joined && <Lists sync={sync.data} queue={queue.data} />}
        </>
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function SyncNow({ sync }: { sync: SyncView }) {
  const { t } = useTranslation();
  const { busy, run } = useSyncNow();
  const keys = useAriaKeys("shell.sync");
  const running = busy || sync.state === "running";
  return (
    <KeyTip title={t("sync.now")} action="shell.sync">
      <Button
        type="primary"
        aria-keyshortcuts={keys}
        disabled={running}
        icon={<RefreshCw size={14} className={running ? "lq-turning" : ""} aria-hidden />}
        onClick={run}
      >
        {running ? t("shell.syncing") : t("sync.now")}
      </Button>
    </KeyTip>
  );
}

function Lists(p: { sync: SyncView; queue: SyncQueue }) {
  const { t } = useTranslation();
  const { sync, queue } = p;
  const [address, setAddress] = useAddress<{ tab?: string }>();
  const todo = sync.conflicts + sync.refused;
  const named = (words: string, count: number): string => (count > 0 ? `${words} ${count}` : words);
  const items = [
    { key: "todo", label: named(t("sync.tab_todo"), todo), children: <Attention conflicts={queue.conflicts} refused={queue.refused} /> },
    { key: "waiting", label: named(t("sync.tab_waiting"), sync.pending), children: <Waiting queue={queue} total={sync.pending} /> },
    { key: "rounds", label: t("sync.tab_rounds"), children: <Rounds /> },
  ];
  const active = items.some(({ key }) => key === address.tab) ? String(address.tab) : todo > 0 ? "todo" : "waiting";
  return <Tabs className="lq-sync-tabs" activeKey={active} onChange={(tab) => setAddress({ tab })} items={items} destroyOnHidden />;
}
