import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { call } from "../../ipc/call";
import { toast } from "../../kit/toast";
import { Frame } from "./Frame";
import { PasswordFields } from "./PasswordFields";
import { useArrive } from "./useArrive";
import { useChangePassword } from "./useChangePassword";

/** The password came from an administrator: nothing else is shown until it is the user's own. */
export function Expired() {
  const { t } = useTranslation();
  const arrive = useArrive();
  const change = useChangePassword((session) => {
    arrive(session);
    toast({ text: t("session.password_changed") });
  });
  const leave = (): void => void call("session_sign_out").then((session) => arrive(session));
  return (
    <Frame help="login" title={t("session.expired_title")} text={t("session.expired_text")}>
      <PasswordFields change={change}>
        <Button type="primary" size="large" block htmlType="submit" loading={change.busy}>
          {t("session.expired_submit")}
        </Button>
      </PasswordFields>
      <div className="lq-gate-more">
        <Button type="link" onClick={leave}>
          {t("shell.sign_out")}
        </Button>
      </div>
    </Frame>
  );
}
