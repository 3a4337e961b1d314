import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { DeviceRow } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { useErrorText } from "../../kit/ErrorText";
import { toast } from "../../kit/toast";

/** Asks before a device is locked: it wipes itself, with what its user has not sent, and that can't be taken back. */
export function RevokeDialog(p: { row: DeviceRow | null; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [shown, setShown] = useState(p.row);
  if (p.row !== null && p.row !== shown) setShown(p.row);
  const revoke = useMutation({
    mutationFn: (row: DeviceRow) => call("devices_revoke", { id: row.device.id }),
    onSuccess: (_none, row) => {
      void toast({ text: t("devices.revoked", { name: row.device.name }) });
      p.onDone();
    },
    onError: (thrown) => void toast({ text: errorText(asApiError(thrown)), tone: "danger" }),
    onSettled: p.onClose,
  });
  return (
    <Dialog
      open={p.row !== null}
      title={t("devices.revoke_title", { name: shown?.device.name ?? "" })}
      width={480}
      danger
      okText={t("devices.revoke")}
      busy={revoke.isPending}
      onOk={() => p.row && revoke.mutate(p.row)}
      onClose={p.onClose}
    >
      <p>{t("devices.revoke_text", { user: shown?.user_name ?? "" })}</p>
      <p>{t("devices.revoke_unsent")}</p>
    </Dialog>
  );
}
