import { Button } from "antd";
import { CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../../ipc/contract";
import { ErrorText } from "../../kit/ErrorText";

/** Whether an error is about one of these fields, and stands there. */
export const isOfField = (error: ApiError, fields: readonly string[]): boolean =>
  error.fields?.length ? error.fields.every((one) => fields.includes(one.field)) : fields.includes(error.field ?? "");

const intoView = (notice: HTMLElement | null): void => notice?.scrollIntoView({ block: "nearest" });

/** Why nothing was saved, when that is about no field; what was typed stays above it. */
export function Notice(p: { error: ApiError; busy?: boolean; onReload?: () => void }) {
  const { t } = useTranslation();
  const old = p.error.code === "revision_old";
  return (
    <div className="lq-cases-notice" ref={intoView}>
      <CircleX size={16} aria-hidden />
      <div>{old ? <span role="alert">{t("cases.old")}</span> : <ErrorText error={p.error} withCode />}</div>
      {old && p.onReload && (
        <Button size="small" loading={p.busy ?? false} onClick={p.onReload}>
          {t("cases.reload")}
        </Button>
      )}
    </div>
  );
}
