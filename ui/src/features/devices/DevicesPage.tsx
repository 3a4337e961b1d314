import "./devices.css";
import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { DeviceRow } from "../../ipc/contract";
import { DataGrid } from "../../kit/grid/DataGrid";
import { type Action, useActions } from "../../kit/keys/actions";
import { Page } from "../../kit/Page";
import { Empty, ErrorState, Offline } from "../../kit/states";
import { RevokeDialog } from "./RevokeDialog";
import { useColumns } from "./useColumns";

/** The bank's devices: whose they are, what they hold, and the way to lock one. The server alone knows them. */
export default function DevicesPage() {
  const { t } = useTranslation();
  const { data: devices, error, refetch } = useQuery({ queryKey: ["devices", "list"], queryFn: () => call("devices_list") });
  const [asked, setAsked] = useState<DeviceRow | null>(null);
  const [active, setActive] = useState(0);
  const columns = useColumns(setAsked);
  useDeviceActions({ device: devices?.[active], onRevoke: setAsked, onRefresh: () => void refetch() });
  return (
    <Page title={t("nav.devices")} layout="fill" aside={devices && t("devices.total", { count: devices.length })}>
      {error ? (
        <Unreadable error={asApiError(error)} onRetry={() => void refetch()} />
      ) : (
        <DataGrid
          label={t("nav.devices")}
          columns={columns}
          total={devices?.length}
          rows={(index) => devices?.[index]}
          rowId={(row) => row.device.id}
          rowLabel={(row) => t("devices.of", { name: row.device.name, user: row.user_name })}
          active={active}
          onActive={setActive}
          mainList
          empty={<Empty icon={MonitorSmartphone} title={t("devices.empty_title")} text={t("devices.empty_text")} />}
        />
      )}
      <RevokeDialog row={asked} onClose={() => setAsked(null)} onDone={() => void refetch()} />
    </Page>
  );
}

/** Nothing of this is kept here: without the server there is nothing to show, which is no fault. */
function Unreadable(p: { error: ReturnType<typeof asApiError>; onRetry: () => void }) {
  const { t } = useTranslation();
  if (p.error.code === "not_joined") return <Offline title={t("devices.alone_title")} text={t("devices.alone_text")} />;
  return <ErrorState error={p.error} onRetry={p.onRetry} />;
}

interface Deeds {
  device: DeviceRow | undefined;
  onRevoke: (row: DeviceRow) => void;
  onRefresh: () => void;
}

function useDeviceActions(p: Deeds): void {
  const latest = useRef(p);
  latest.current = p;
  const lockable = p.device !== undefined && p.device.device.revoked_at === null && !p.device.is_this;
  useActions(
    useMemo<Action[]>(
      () => [
        {
          id: "devices.revoke",
          labelKey: "devices.revoke",
          keys: ["Delete"],
          scope: "screen",
          permission: "users_edit",
          enabled: lockable,
          run: () => latest.current.device && latest.current.onRevoke(latest.current.device),
        },
        { id: "devices.refresh", labelKey: "devices.refresh", keys: ["r"], scope: "screen", run: () => latest.current.onRefresh() },
      ],
      [lockable],
    ),
  );
}
