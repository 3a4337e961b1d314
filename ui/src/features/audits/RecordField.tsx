import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../ipc/call";

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const HITS = 12;

/** A record, found among the customers by name or number, or named by its id. */
export function RecordField(p: { value: string; name: string; onChange: (record: string) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["customers", "find", text],
    queryFn: () => call("customers_find", { text, limit: HITS }),
    enabled: text !== "" && !ID.test(text),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  const hits = text === "" || ID.test(text) ? [] : (found.data ?? []);
  const options = hits.map((hit) => ({ value: hit.id, label: [hit.name, hit.mobile].filter(Boolean).join(" · ") }));
  if (ID.test(text)) options.push({ value: text.toLowerCase(), label: text.toLowerCase() });
  if (p.value && !options.some((one) => one.value === p.value)) options.push({ value: p.value, label: p.name || p.value });
  return (
    <Select
      id={id}
      className="lq-audits-record"
      aria-label={t("audits.record")}
      placeholder={t("audits.any_record")}
      value={p.value || null}
      options={options}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={text === "" ? t("audits.record_hint") : t("audits.record_none")}
      allowClear
      popupMatchSelectWidth={280}
      onChange={(record: string | undefined) => p.onChange(record ?? "")}
    />
  );
}
