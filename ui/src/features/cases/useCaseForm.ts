import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, CommandError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ApiError, CaseState, CaseView } from "../../ipc/contract";
import { type Entries, useEntries } from "../../kit/form/useEntries";
import { toast } from "../../kit/toast";
import { isOfField } from "./Notice";
import { casesQuery } from "./queries";

const FIELDS = ["narrative", "state", "conclusion"] as const;
export type CaseField = (typeof FIELDS)[number];
type Values = Readonly<Record<CaseField, string>>;

const valuesOf = (one: CaseView | null): Values => ({
  narrative: one?.narrative ?? "",
  state: one?.state ?? "open",
  conclusion: one?.conclusion ?? "",
});

export interface CaseForm {
  entries: Entries<CaseField>;
  state: CaseState;
  /** The case that was opened, or read again since. */
  base: CaseView | null;
  /** What others wrote meanwhile into fields that were changed here, too. */
  theirs: Partial<Values>;
  notice: ApiError | null;
  dirty: boolean;
  busy: boolean;
  save: () => void;
  /** Reads the case again: what was changed here stays, the rest becomes what it is now. */
  reload: () => void;
}

/** The form of a case. It works on the case as it was opened: what comes in from elsewhere must not change under the hands. */
export function useCaseForm(opened: CaseView | null, onDone: () => void): CaseForm {
  const { t } = useTranslation();
  const client = useQueryClient();
  const entries = useEntries<CaseField>(valuesOf(opened));
  const [base, setBase] = useState<CaseView | null>(null);
  const [theirs, setTheirs] = useState<Partial<Values>>({});
  const [notice, setNotice] = useState<ApiError | null>(null);
  const [was, setWas] = useState<CaseView | null>(null);
  if (opened !== was) {
    setWas(opened);
    if (opened) {
      setBase(opened);
      setTheirs({});
      setNotice(null);
      entries.set(valuesOf(opened));
    }
  }
  const { values } = entries;
  const state = values.state as CaseState;
  const dirty = FIELDS.some((field) => values[field] !== valuesOf(base)[field]);
  const update = useMutation({
    mutationFn: ({ id, revision }: CaseView) =>
      call("cases_update", { id, revision, narrative: values.narrative, state, conclusion: values.conclusion }),
    onSuccess: ({ name }) => {
      toast({ text: t("cases.saved", { name }) });
      onDone();
    },
    onError: (thrown) => {
      const error = asApiError(thrown);
      if (isOfField(error, FIELDS)) entries.refuse(error, "narrative");
      else setNotice(error);
    },
  });
  const again = useMutation({
    mutationFn: async ({ id }: CaseView) => {
      const all = await client.fetchQuery({ ...casesQuery, staleTime: 0 });
      const now = all.find((one) => one.id === id);
      if (!now) throw new CommandError({ code: "not_found" });
      return now;
    },
    onSuccess: (now, before) => {
      const [old, fresh] = [valuesOf(before), valuesOf(now)];
      const kept = FIELDS.filter((field) => values[field] !== old[field]);
      const met = kept.filter((field) => fresh[field] !== old[field] && fresh[field] !== values[field]);
      setBase(now);
      setNotice(null);
      setTheirs(Object.fromEntries(met.map((field) => [field, fresh[field]])));
      entries.set(Object.fromEntries(FIELDS.filter((field) => !kept.includes(field)).map((field) => [field, fresh[field]])));
    },
    onError: (thrown) => setNotice(asApiError(thrown)),
  });
  const save = (): void => {
    if (!base || update.isPending || again.isPending) return;
    setNotice(null);
    if (entries.missing("narrative", ...(state === "open" ? [] : (["conclusion"] as const)))) return;
    if (dirty) update.mutate(base);
    else onDone();
  };
  const reload = (): void => {
    if (base) again.mutate(base);
  };
  return { entries, state, base, theirs, notice, dirty, busy: update.isPending || again.isPending, save, reload };
}
