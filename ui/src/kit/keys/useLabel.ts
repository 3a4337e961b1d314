import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Action } from "./actions";

/** Words an action in the present language. */
export function useLabel(): (action: Pick<Action, "labelKey" | "nameKey">) => string {
  const { t } = useTranslation();
  return useCallback(({ labelKey, nameKey }) => String(t(labelKey, { name: nameKey ? t(nameKey) : "" })), [t]);
}
