import { useTranslation } from "react-i18next";
import type { FileView } from "../../ipc/contract";

const SHOWN = 8;

/** The first rows as they are read, to see whether the text is right. */
export function SampleTable({ file }: { file: FileView }) {
  const { t } = useTranslation();
  const rows = file.sample.slice(0, SHOWN);
  const title = t("imports.sample", { count: rows.length });
  const first = file.options.header ? 2 : 1;
  return (
    <section aria-label={title}>
      <div className="lq-imports-caption">
        <h2>{title}</h2>
        <p className="lq-note">
          {file.format === "xlsx" ? "" : t("imports.options_hint")} {t("imports.sample_note")}
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by key */}
      <section className="lq-imports-scroll" aria-label={file.name} tabIndex={0}>
        <table className="lq-imports-table lq-imports-sample">
          <thead>
            <tr>
              <th scope="col" className="lq-imports-number">
                {t("imports.error_row")}
              </th>
              {file.columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns may have the same name and never move
                <th key={index} scope="col">
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place in the file
              <tr key={index}>
                <td className="lq-imports-number">{first + index}</td>
                {file.columns.map((_, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={column} title={row[column]}>
                    {row[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
