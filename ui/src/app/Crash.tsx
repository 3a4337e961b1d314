import { Button } from "antd";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../ipc/backend";
import { useGo } from "../kit/navigation";
import { ErrorState, State } from "../kit/states";

/** A screen that failed: what was saved is safe, and the way back is open. */
export function Crash(p: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="lq-crash">
      <h1 className="lq-hidden">{t("shell.crash_title")}</h1>
      <ErrorState
        title={t("shell.crash_title")}
        error={asApiError(p.error)}
        actions={
          <Button type="primary" onClick={() => (p.reset ? p.reset() : window.location.reload())}>
            {t("shell.reload")}
          </Button>
        }
      />
    </div>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <div className="lq-crash">
      <h1 className="lq-hidden">{t("shell.not_found_title")}</h1>
      <State
        title={t("shell.not_found_title")}
        text={t("shell.not_found_text")}
        actions={
          <Button type="primary" onClick={() => go("/")}>
            {t("shell.home")}
          </Button>
        }
      />
    </div>
  );
}

/** The last net, around everything. */
export class CrashNet extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    return this.state.error === null ? this.props.children : <Crash error={this.state.error} />;
  }
}
