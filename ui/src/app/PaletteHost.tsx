import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CornerDownLeft, User } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../ipc/call";
import type { CustomerHit } from "../ipc/contract";
import { useMay, useSession } from "../ipc/queries";
import { type Action, availableActions, keysOf, useRegistry } from "../kit/keys/actions";
import { useLabel } from "../kit/keys/useLabel";
import { useGo } from "../kit/navigation";
import { Palette, type PaletteGroup, type PaletteItem } from "../kit/Palette";
import { rank } from "./rank";
import { mayOpen, navScreens } from "./screens";

/** Fills the palette: customers as the store ranks them, then pages and actions. */
export function PaletteHost(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const only = query.startsWith(">") ? "actions" : query.startsWith("@") ? "customers" : null;
  const text = (only ? query.slice(1) : query).trim();
  const close = (): void => {
    p.onClose();
    setQuery("");
  };
  const customers = useCustomers(p.open && only !== "actions" ? text : "", close);
  const pages = usePages(text, close);
  const actions = useActionItems(text, close);
  const groups: PaletteGroup[] = [
    { heading: t("palette.customers"), items: only === "actions" ? [] : customers.items },
    { heading: t("palette.pages"), items: only ? [] : pages },
    { heading: t("palette.actions"), items: only === "customers" ? [] : actions },
  ];
  return (
    <Palette open={p.open} onClose={close} query={query} onQuery={setQuery} groups={groups} busy={customers.busy} stale={customers.stale} />
  );
}

const HITS = 12;

function useCustomers(text: string, close: () => void): { items: PaletteItem[]; busy: boolean; stale: boolean } {
  const go = useGo();
  const asks = useMay()("customers_read") && text !== "";
  const found = useQuery({
    queryKey: ["customers", "find", text],
    queryFn: () => call("customers_find", { text, limit: HITS }),
    enabled: asks,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  const hits = text === "" ? [] : (found.data ?? []);
  const item = (hit: CustomerHit): PaletteItem => ({
    id: `customer:${hit.id}`,
    label: hit.name,
    text: hit.name,
    detail: [hit.mobile, hit.number, hit.owner].filter(Boolean).join(" · "),
    icon: <User size={14} aria-hidden />,
    run: () => {
      close();
      go(`/customers/${hit.id}`);
    },
  });
  return { items: hits.map(item), busy: found.isFetching, stale: asks && (found.isPending || found.isPlaceholderData) };
}

function usePages(text: string, close: () => void): PaletteItem[] {
  const { t } = useTranslation();
  const go = useGo();
  const overrides = useRegistry((state) => state.overrides);
  const held = useSession()?.user?.permissions ?? [];
  const open = navScreens.filter((screen) => mayOpen(screen, held));
  return rank(open, text, (screen) => [t(screen.labelKey) as string, screen.aliases ?? ""]).map((screen) => {
    const Icon = screen.nav.icon;
    const keys = keysOf({ id: `go.${screen.id}`, keys: screen.nav.keys ?? [] } as Action, overrides)[0];
    const label = t(screen.labelKey) as string;
    const run = (): void => {
      close();
      go(screen.path);
    };
    return { id: `page:${screen.id}`, label, text: label, icon: <Icon size={14} aria-hidden />, ...(keys && { keys }), run };
  });
}

function useActionItems(text: string, close: () => void): PaletteItem[] {
  const label = useLabel();
  const state = useRegistry();
  const actions = availableActions(state).filter((action) => !action.keyOnly && action.scope !== "dialog");
  return rank(actions, text, (action) => [label(action), action.aliases ?? ""]).map((action) => {
    const keys = keysOf(action, state.overrides)[0];
    const run = (): void => {
      close();
      action.run();
    };
    return {
      id: `action:${action.id}`,
      label: label(action),
      text: label(action),
      icon: <CornerDownLeft size={14} aria-hidden />,
      ...(keys && { keys }),
      run,
    };
  });
}
