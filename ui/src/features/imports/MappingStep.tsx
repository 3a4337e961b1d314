import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { CircleAlert, History, Sparkles, UserPen } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Field, FileView, Target } from "../../ipc/contract";
import { fieldsQuery } from "../../ipc/records";
import { ErrorText } from "../../kit/ErrorText";
import { StatusPill } from "../../kit/pills";
import { changeTarget } from "./draft";
import { countTargets, targetOf, wordOf } from "./mapping";
import type { Wizard } from "./useWizard";

const SAMPLES = 3;

/** Step 2: where each column goes. */
export function MappingStep({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation();
  const { file, targets, problems, draft } = wizard;
  const options = useTargetOptions();
  if (!file) return wizard.error && <ErrorText error={wizard.error} />;
  const wrong = new Set(problems.flatMap((problem) => problem.columns));
  return (
    <section aria-label={t("imports.mapping")}>
      <div className="lq-imports-caption">
        <h2>{t("imports.mapping")}</h2>
        <p className="lq-note">
          {t("imports.mapping_summary", {
            fields: countTargets(targets, "field"),
            extras: countTargets(targets, "extra"),
            skips: countTargets(targets, "skip"),
          })}
          {" · "}
          {t("imports.mapping_hint")}
        </p>
      </div>
      <div className="lq-imports-problems" aria-live="polite">
        {[...problems.map(({ code }) => ({ code })), ...(wizard.refused ? [wizard.refused] : [])].map((error) => (
          <ErrorText key={error.code} error={error} />
        ))}
      </div>
      <div className="lq-imports-scroll">
        <table className="lq-imports-table lq-imports-mapping">
          <thead>
            <tr>
              <th scope="col">{t("imports.column")}</th>
              <th scope="col">{t("imports.values")}</th>
              <th scope="col">{t("imports.target")}</th>
              <th scope="col">{t("imports.origin")}</th>
            </tr>
          </thead>
          <tbody>
            {file.columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns may have the same name and never move
              <tr key={index}>
                <th scope="row">{column.name}</th>
                <td className="lq-imports-values">{samplesOf(file, index)}</td>
                <td>
                  <Select
                    className="lq-imports-target"
                    aria-label={t("imports.target_of", { column: column.name })}
                    aria-invalid={wrong.has(index) ? true : undefined}
                    status={wrong.has(index) ? "error" : ""}
                    value={wordOf(targets[index] ?? column.target)}
                    options={options}
                    showSearch={{ optionFilterProp: "label" }}
                    onChange={(word) => changeTarget(index, targetOf(word))}
                  />
                </td>
                <td>
                  <Origin target={targets[index] ?? column.target} wrong={wrong.has(index)} chosen={index in draft.targets} file={file} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const samplesOf = (file: FileView, column: number): string =>
  [...new Set(file.sample.map((row) => row[column]?.trim() ?? ""))].filter(Boolean).slice(0, SAMPLES).join("  ·  ");

/** Why a column goes where it goes. */
function Origin(p: { target: Target; wrong: boolean; chosen: boolean; file: FileView }) {
  const { t } = useTranslation();
  if (p.wrong)
    return (
      <StatusPill tone="danger" icon={CircleAlert}>
        {t("errors.mapping_twice")}
      </StatusPill>
    );
  if (p.chosen) return <StatusPill icon={UserPen}>{t("imports.origin_chosen")}</StatusPill>;
  if (p.file.remembered)
    return (
      <StatusPill tone="success" icon={History}>
        {t("imports.origin_remembered")}
      </StatusPill>
    );
  if (p.target.kind !== "field") return null;
  return (
    <StatusPill tone="info" icon={Sparkles}>
      {t("imports.origin_guessed")}
    </StatusPill>
  );
}

/** Fields and the two other fates of a column. Imported columns without a field are kept under their own name, not in a field. */
function useTargetOptions() {
  const { t } = useTranslation();
  const fields = useQuery(fieldsQuery).data;
  return useMemo(
    () => [
      {
        label: t("imports.group_other"),
        options: (["extra", "skip"] as const).map((kind) => ({ value: kind as string, label: t(`imports.target_${kind}`) })),
      },
      {
        label: t("imports.group_fields"),
        options: (fields ?? [])
          .map(({ field }) => field)
          .filter((field): field is Exclude<Field, "extra"> => field !== "extra")
          .map((field) => ({ value: `field:${field}`, label: t(`customers.fields.${field}`) })),
      },
    ],
    [t, fields],
  );
}
