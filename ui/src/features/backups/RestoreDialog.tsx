import { useTranslation } from "react-i18next";
import { useSession } from "../../ipc/queries";
import { PasswordDialog } from "./PasswordDialog";
import { useRestore } from "./queries";

/** Says what a restore does, above all to changes that were not sent, and asks for the password. */
export function RestoreDialog(p: { path: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const joined = useSession()?.joined ?? false;
  return (
    <PasswordDialog
      path={p.path}
      title={t("backups.restore_title")}
      okText={t("backups.restore")}
      danger
      deed={useRestore()}
      onClose={p.onClose}
    >
      <p>{t("backups.restore_text")}</p>
      <p>
        <strong>{joined ? t("backups.restore_joined") : t("backups.restore_alone")}</strong>
      </p>
      <p>{t("backups.restore_after")}</p>
    </PasswordDialog>
  );
}
