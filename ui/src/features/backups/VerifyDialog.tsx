import { useTranslation } from "react-i18next";
import { PasswordDialog } from "./PasswordDialog";
import { useVerify } from "./queries";

/** A backup from another device is verified with its password. */
export function VerifyDialog(p: { path: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <PasswordDialog path={p.path} title={t("backups.verify_title")} okText={t("backups.verify")} deed={useVerify()} onClose={p.onClose}>
      <p>{t("backups.verify_text")}</p>
    </PasswordDialog>
  );
}
