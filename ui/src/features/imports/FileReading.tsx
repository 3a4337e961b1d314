import { Select, Switch } from "antd";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Encoding, FileOptions, FileView } from "../../ipc/contract";
import { changeOptions } from "./draft";

const ENCODINGS: readonly Encoding[] = ["utf8", "gb18030", "utf16_le", "utf16_be"];
const DELIMITERS = { ",": "comma", "\t": "tab", ";": "semicolon", "|": "bar" } as const;

const isUsual = (delimiter: string): delimiter is keyof typeof DELIMITERS => delimiter in DELIMITERS;

/** How the file is read; found out by itself, and changed here when that went wrong. */
export function FileReading({ file }: { file: FileView }) {
  const { t } = useTranslation();
  const { options } = file;
  const change = (part: Partial<FileOptions>): void => changeOptions({ ...options, ...part });
  const text = file.format !== "xlsx";
  const delimiters = [...new Set([...Object.keys(DELIMITERS), ...(options.delimiter ? [options.delimiter] : [])])];
  const nameOf = (one: string): string =>
    isUsual(one) ? t(`imports.delimiter_${DELIMITERS[one]}`) : t("imports.delimiter_other", { character: one });
  return (
    <div className="lq-imports-reading">
      {text && (
        <Labelled label={t("imports.encoding")}>
          {(id) => (
            <Select
              id={id}
              className="lq-imports-choice"
              value={options.encoding}
              options={ENCODINGS.map((value) => ({ value, label: t(`imports.encoding_${value}`) }))}
              onChange={(encoding) => change({ encoding })}
            />
          )}
        </Labelled>
      )}
      {text && (
        <Labelled label={t("imports.delimiter")}>
          {(id) => (
            <Select
              id={id}
              className="lq-imports-choice"
              value={options.delimiter}
              options={delimiters.map((value) => ({ value, label: nameOf(value) }))}
              onChange={(delimiter) => change({ delimiter })}
            />
          )}
        </Labelled>
      )}
      {file.sheets.length > 0 && (
        <Labelled label={t("imports.sheet")}>
          {(id) => (
            <Select
              id={id}
              className="lq-imports-choice"
              value={options.sheet ?? file.sheets[0]}
              options={file.sheets.map((value) => ({ value, label: value }))}
              onChange={(sheet) => change({ sheet })}
            />
          )}
        </Labelled>
      )}
      <Labelled label={t("imports.header")}>
        {(id) => <Switch id={id} checked={options.header} onChange={(header) => change({ header })} />}
      </Labelled>
    </div>
  );
}

function Labelled(p: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="lq-imports-labelled">
      <label htmlFor={id}>{p.label}</label>
      {p.children(id)}
    </div>
  );
}
