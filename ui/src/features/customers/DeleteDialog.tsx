import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../kit/Dialog";
import { formatCount } from "../../kit/format/number";

interface DeleteDialogProps {
  open: boolean;
  count: number;
  onClose: () => void;
  onDelete: () => Promise<unknown>;
}

/** Asks once before customers are deleted, and says how many. */
export function DeleteDialog(p: DeleteDialogProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const ok = async (): Promise<void> => {
    setBusy(true);
    await p.onDelete();
    setBusy(false);
    p.onClose();
  };
  return (
    <Dialog
      open={p.open}
      title={t("customers.delete_title", { count: p.count, shown: formatCount(p.count) })}
      onClose={p.onClose}
      onOk={() => void ok()}
      okText={t("customers.delete")}
      danger
      busy={busy}
    >
      {t("customers.delete_text")}
    </Dialog>
  );
}
