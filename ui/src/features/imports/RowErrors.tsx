import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { JobView, RowError } from "../../ipc/contract";
import { ErrorText, useErrorText } from "../../kit/ErrorText";
import { formatCount } from "../../kit/format/number";
import { toast } from "../../kit/toast";
import { suggestQuery } from "./queries";

interface RowErrorsProps {
  job: JobView;
  errors: readonly RowError[];
  total: number;
}

/** Which rows were not taken and why, and the way to a file of them. */
export function RowErrors({ job, errors, total }: RowErrorsProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <section aria-label={t("imports.errors")}>
      <div className="lq-imports-caption">
        <h2>{t("imports.errors")}</h2>
        {total > errors.length && (
          <p className="lq-note">{t("imports.errors_more", { shown: errors.length, total: formatCount(total) })}</p>
        )}
      </div>
      <SaveErrors job={job} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by key */}
      <section className="lq-imports-scroll lq-imports-errors" aria-label={t("imports.error_cause")} tabIndex={0}>
        <table className="lq-imports-table">
          <thead>
            <tr>
              <th scope="col" className="lq-imports-number">
                {t("imports.error_row")}
              </th>
              <th scope="col">{t("imports.error_column")}</th>
              <th scope="col">{t("imports.error_cause")}</th>
            </tr>
          </thead>
          <tbody>
            {errors.map((error) => (
              <tr key={`${error.row} ${error.column} ${error.code}`}>
                <td className="lq-imports-number">{error.row}</td>
                <td>{error.column}</td>
                <td className="lq-imports-cause">{errorText(error)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

const stemOf = (name: string): string => name.replace(/\.[^.]+$/, "");

function SaveErrors({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const id = useId();
  const suggested = useQuery(suggestQuery(t("imports.errors_name", { name: stemOf(job.title) }))).data?.path ?? "";
  const [typed, setTyped] = useState<string | null>(null);
  const path = typed ?? suggested;
  const save = useMutation({
    mutationFn: () => call("imports_save_errors", { job: job.id, path: path.trim() }),
    onSuccess: (saved) => toast({ text: t("imports.errors_saved", { path: saved.path }) }),
  });
  return (
    <div className="lq-imports-save">
      <label htmlFor={id}>{t("imports.errors_path")}</label>
      <div className="lq-imports-path">
        <Input
          id={id}
          value={path}
          spellCheck={false}
          status={save.error ? "error" : ""}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setTyped(event.target.value)}
          onPressEnter={() => save.mutate()}
        />
        <Button onClick={() => save.mutate()} loading={save.isPending && { delay: 150 }} disabled={path.trim() === ""}>
          {t("imports.errors_save")}
        </Button>
      </div>
      <div id={`${id}-hint`}>
        {save.error ? <ErrorText error={asApiError(save.error)} /> : <p className="lq-note">{t("imports.errors_hint")}</p>}
      </div>
    </div>
  );
}
