import { useTranslation } from "react-i18next";
import { useDivisionName, useKnown } from "../../ipc/records";
import { useReadValue } from "../../kit/useReadValue";
import { useChoiceWord } from "./words";

/** A value as the customer's page shows it: names instead of codes, amounts as amounts, an empty one as such. */
export function Value(p: { field: string; value: string | null }) {
  const { t } = useTranslation();
  const read = useReadValue(useKnown(), useChoiceWord());
  const text = p.value ?? "";
  const place = useDivisionName(p.field === "division" ? text : "");
  if (text === "") return t("sync.empty_value");
  return p.field === "division" ? place : read(p.field, text);
}
