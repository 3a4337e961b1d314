import { Button } from "antd";
import { Check, Lock, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "../../ipc/contract";
import { formatTime } from "../../kit/format/dates";
import { formatCount } from "../../kit/format/number";
import type { Column } from "../../kit/grid/types";
import { StatusPill } from "../../kit/pills";

/** Columns of the list; a device that is locked, and the one at hand, have no button. */
export function useColumns(onRevoke: (row: DeviceRow) => void): readonly Column<DeviceRow>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      { id: "name", title: t("devices.name"), width: 200, fixed: true, render: (row) => row.device.name },
      { id: "user", title: t("devices.user"), width: 120, render: (row) => row.user_name || t("devices.user_unknown") },
      { id: "state", title: t("devices.state"), width: 216, render: (row) => <State row={row} /> },
      { id: "pulled", title: t("devices.pulled"), width: 168, render: ({ device }) => <Time at={device.pulled_at} /> },
      {
        id: "held",
        title: t("devices.held"),
        width: 112,
        align: "end",
        render: ({ device }) => (device.held === null ? t("devices.unknown") : formatCount(device.held)),
      },
      { id: "behind", title: t("devices.behind"), width: 96, align: "end", render: ({ device }) => formatCount(device.behind) },
      { id: "registered", title: t("devices.registered"), width: 168, render: ({ device }) => <Time at={device.registered_at} /> },
      {
        id: "deeds",
        title: t("devices.deeds"),
        width: 112,
        render: (row) =>
          row.device.revoked_at === null &&
          !row.is_this && (
            <Button
              className="lq-devices-deed"
              type="text"
              size="small"
              icon={<Lock size={13} aria-hidden />}
              aria-label={t("devices.revoke_of", { name: row.device.name, user: row.user_name })}
              onClick={() => onRevoke(row)}
            >
              {t("devices.revoke_short")}
            </Button>
          ),
      },
    ],
    [onRevoke, t],
  );
}

function Time({ at }: { at: number | null }) {
  const { t } = useTranslation();
  if (at === null) return <span className="lq-devices-never">{t("devices.never")}</span>;
  return <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>;
}

/** Locked counts only once the device has told that it holds nothing any more. */
function State({ row }: { row: DeviceRow }) {
  const { t } = useTranslation();
  const { revoked_at, wiped_at } = row.device;
  if (wiped_at !== null)
    return (
      <StatusPill tone="success" icon={Check}>
        {t("devices.wiped", { time: formatTime(wiped_at) })}
      </StatusPill>
    );
  if (revoked_at !== null)
    return (
      <StatusPill tone="warning" icon={TriangleAlert}>
        {t("devices.waiting")}
      </StatusPill>
    );
  return row.is_this ? <StatusPill>{t("devices.this")}</StatusPill> : null;
}
