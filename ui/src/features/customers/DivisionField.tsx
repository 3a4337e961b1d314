import { useQueryClient } from "@tanstack/react-query";
import { Cascader } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DivisionView } from "../../ipc/contract";
import { divisionCodes, divisionsQuery } from "../../ipc/records";

interface Place {
  value: string;
  label: string;
  isLeaf: boolean;
  children?: Place[];
}

interface DivisionFieldProps {
  id?: string;
  /** The division's code; nothing for none. */
  value: string;
  onChange: (code: string) => void;
  onBlur?: () => void;
  disabled?: boolean;
  status?: "error" | "";
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
}

/** A place in four steps, from the province to the street. Each level is read when it is opened; any level may be the answer. */
export function DivisionField(p: DivisionFieldProps) {
  const { t } = useTranslation();
  const codes = useMemo(() => divisionCodes(p.value), [p.value]);
  const { places, load } = usePlaces(codes);
  const aria = { "aria-label": p["aria-label"], "aria-describedby": p["aria-describedby"] };
  return (
    <Cascader<Place>
      {...(p.id && { id: p.id })}
      {...aria}
      className="lq-customers-wide"
      changeOnSelect
      allowClear
      disabled={p.disabled ?? false}
      status={p.status ?? ""}
      placeholder={t("customers.form_division_hint")}
      value={codes}
      options={places}
      loadData={(path) => void load(path.at(-1)?.value ?? null)}
      displayRender={(labels) => labels.join(" ")}
      onChange={(path) => p.onChange(path?.at(-1) ?? "")}
      onBlur={() => p.onBlur?.()}
    />
  );
}

const asPlace = (one: DivisionView): Place => ({ value: one.code, label: one.name, isLeaf: one.leaf });

const withChildren = (places: readonly Place[], parent: string, children: Place[]): Place[] =>
  places.map((place) => {
    if (place.value === parent) return { ...place, children: place.children ?? children };
    const below = place.children && parent.startsWith(place.value);
    return below ? { ...place, children: withChildren(place.children ?? [], parent, children) } : place;
  });

/** The tree as far as it was read: the top, the way to the present value, and what was opened. */
function usePlaces(codes: readonly string[]): { places: Place[]; load: (parent: string | null) => Promise<void> } {
  const client = useQueryClient();
  const [places, setPlaces] = useState<Place[]>([]);
  const load = useCallback(
    async (parent: string | null): Promise<void> => {
      const found = (await client.fetchQuery(divisionsQuery(parent))).map(asPlace);
      setPlaces((was) => (parent === null ? (was.length > 0 ? was : found) : withChildren(was, parent, found)));
    },
    [client],
  );
  const way = codes.slice(0, -1).join(" ");
  useEffect(() => {
    void (async () => {
      await load(null);
      for (const parent of way.split(" ").filter(Boolean)) await load(parent);
    })().catch(() => undefined);
  }, [load, way]);
  return { places, load };
}
