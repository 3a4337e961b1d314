import { useTranslation } from "react-i18next";
import { Dialog } from "../../kit/Dialog";
import { toast } from "../../kit/toast";
import { PasswordFields } from "./PasswordFields";
import { useArrive } from "./useArrive";
import { useChangePassword } from "./useChangePassword";

/** Changes the user's own password. The data stay as they are: only their key is wrapped anew. */
export function PasswordDialog(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const arrive = useArrive();
  const change = useChangePassword((session) => {
    arrive(session);
    toast({ text: t("session.password_changed") });
    close();
  });
  /** What was typed does not stay behind a closed dialog. */
  const close = (): void => {
    change.form.set({ old: "", new: "", again: "" });
    p.onClose();
  };
  return (
    <Dialog
      open={p.open}
      title={t("session.change_password")}
      width={440}
      onClose={close}
      onOk={change.submit}
      okText={t("session.change_password")}
      busy={change.busy}
    >
      <PasswordFields change={change} />
    </Dialog>
  );
}
