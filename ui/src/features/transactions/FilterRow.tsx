import { Button, Segmented, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { AccountView } from "../../ipc/contract";
import { DateField } from "../../kit/dates/DateField";
import { formatDay } from "../../kit/format/dates";
import { MoneyField } from "../../kit/MoneyField";
import { SearchBox } from "../../kit/SearchBox";
import { ALL, type Filter, isNarrow } from "./filter";

interface FilterRowProps {
  filter: Filter;
  accounts: readonly AccountView[];
  onChange: (part: Partial<Filter>) => void;
  /** Enter or Down in the search: to the list. */
  onEnter: () => void;
}

/** What narrows the list. All of it holds at once. */
export function FilterRow({ filter, accounts, onChange, onEnter }: FilterRowProps) {
  const { t } = useTranslation();
  const id = useId();
  const today = formatDay(Date.now());
  const directions = (["all", "in", "out"] as const).map((value) => ({ value, label: t(`transactions.${value}`) }));
  const options = accounts.map(({ id, product, kind, number }) => ({
    value: id,
    label: `${product ?? t(`accounts.word_kind.${kind}`)} ${number}`,
  }));
  return (
    <div className="lq-transactions-filter">
      <SearchBox
        value={filter.text}
        onChange={(text) => onChange({ text })}
        placeholder="transactions.search"
        action="transactions.search"
        onEnter={onEnter}
        width={240}
      />
      <Select
        id={id}
        className="lq-transactions-account"
        aria-label={t("transactions.account")}
        placeholder={t("transactions.all_accounts")}
        value={filter.account || null}
        options={options}
        allowClear
        popupMatchSelectWidth={false}
        onChange={(account: string | undefined) => onChange({ account: account ?? "" })}
      />
      <Segmented
        aria-label={t("transactions.direction")}
        options={directions}
        value={filter.direction}
        onChange={(direction) => onChange({ direction })}
      />
      <div className="lq-transactions-days">
        <DateField
          value={filter.from}
          onChange={(from) => onChange({ from })}
          today={today}
          placeholder={t("transactions.from")}
          aria-label={t("transactions.from")}
        />
        <span aria-hidden>–</span>
        <DateField
          value={filter.to}
          onChange={(to) => onChange({ to })}
          today={today}
          placeholder={t("transactions.to")}
          aria-label={t("transactions.to")}
        />
      </div>
      <div className="lq-transactions-least">
        <MoneyField
          value={filter.least}
          onChange={(least) => onChange({ least })}
          placeholder={t("transactions.least")}
          aria-label={t("transactions.least")}
        />
      </div>
      {isNarrow(filter) && (
        <Button type="link" size="small" onClick={() => onChange(ALL)}>
          {t("transactions.clear")}
        </Button>
      )}
    </div>
  );
}
