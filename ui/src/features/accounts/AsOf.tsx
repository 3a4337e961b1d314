import { useTranslation } from "react-i18next";
import { formatTime } from "../../kit/format/dates";

/** How old what the server tells may be; a store that works alone has nothing to say. */
export function AsOf({ at }: { at: number | null | undefined }) {
  const { t } = useTranslation();
  if (at === null || at === undefined) return null;
  return (
    <p className="lq-note lq-accounts-as-of">
      {t("accounts.as_of")} <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>
    </p>
  );
}
