import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { ApiError, ExportFormat } from "../../ipc/contract";
import { fieldsQuery } from "../../ipc/records";
import { formatDay } from "../../kit/format/dates";
import { suggestQuery, useCount, useStartExport } from "./queries";
import { type Column, columnsOf, type ExportRequest } from "./request";

export const FORMATS: readonly ExportFormat[] = ["csv", "csv_gb18030", "xlsx"];

const endingOf = (format: ExportFormat): string => (format === "xlsx" ? "xlsx" : "csv");

export interface ExportForm {
  count: number | undefined;
  columns: readonly Column[];
  setColumns: (columns: Column[]) => void;
  format: ExportFormat;
  setFormat: (format: ExportFormat) => void;
  path: string;
  setPath: (path: string) => void;
  replace: boolean;
  setReplace: (replace: boolean) => void;
  reason: string;
  setReason: (reason: string) => void;
  error: ApiError | null;
  busy: boolean;
  /** Starts the export, or tells which entry is missing. */
  submit: () => void;
}

/** The choices of an export, and starting it. */
export function useExport(request: ExportRequest, onStarted: (job: string) => void, onMissing: (entry: string) => void): ExportForm {
  const { t, i18n } = useTranslation();
  const count = useCount(request);
  const fields = useQuery(fieldsQuery).data;
  const fresh = useMemo(() => columnsOf(fields ?? [], request.columns), [fields, request.columns]);
  const [columns, setColumns] = useState<Column[] | null>(null);
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [typed, setPath] = useState<string | null>(null);
  const [replace, setReplace] = useState(false);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState<ApiError | null>(null);
  const [day] = useState(() => formatDay(Date.now()));
  const name = `${t("exports.file_name", { day })}.${endingOf(format)}`;
  const suggested = useQuery(suggestQuery(name)).data?.path;
  const path = typed ?? suggested ?? "";
  const starting = useStartExport();
  const shown = columns ?? fresh;
  const refused = starting.error ? asApiError(starting.error) : null;
  const error = missing ?? refused;
  useEffect(() => {
    if (refused?.field) onMissing(refused.field);
    // Only when another refusal arrives.
  }, [refused, onMissing]);
  const change =
    <T>(set: (value: T) => void) =>
    (value: T): void => {
      setMissing(null);
      starting.reset();
      set(value);
    };
  const submit = (): void => {
    const chosen = shown.filter((column) => column.chosen).map(({ field }) => field);
    if (starting.isPending || !count || chosen.length === 0 || path.trim() === "") return;
    if (reason.trim() === "") {
      setMissing({ code: "reason_missing", field: "reason" });
      onMissing("reason");
      return;
    }
    const { query, ids } = request;
    starting.mutate(
      { query, ids: ids && [...ids], columns: chosen, format, path: path.trim(), replace, reason: reason.trim(), language: i18n.language },
      { onSuccess: (job) => onStarted(job.id) },
    );
  };
  return {
    count,
    columns: shown,
    setColumns: change(setColumns),
    format,
    setFormat: change((next: ExportFormat) => {
      setFormat(next);
      // A place the user chose stays; only its ending follows the format.
      if (typed !== null) setPath(typed.replace(/\.(csv|xlsx)$/i, `.${endingOf(next)}`));
    }),
    path,
    setPath: change(setPath),
    replace,
    setReplace: change(setReplace),
    reason,
    setReason: change(setReason),
    error,
    busy: starting.isPending,
    submit,
  };
}
