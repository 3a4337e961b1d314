/** What the whole application asks for, whichever screen is shown. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "./call";
import type { Permission, SessionView, Settings } from "./contract";

export const DEFAULT_SETTINGS: Settings = {
  language: "zh-CN",
  theme: "system",
  density: "standard",
  font_scale: 100,
  lock_minutes: 5,
  market_colour: "red_up",
  single_keys: true,
  keys: {},
  seen: [],
};

export const sessionQuery = queryOptions({ queryKey: ["session"], queryFn: () => call("session_state") });
export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: () => call("settings_get"),
  staleTime: Number.POSITIVE_INFINITY,
});
export const syncQuery = queryOptions({ queryKey: ["sync", "state"], queryFn: () => call("sync_state") });
export const jobsQuery = queryOptions({ queryKey: ["jobs", "list"], queryFn: () => call("jobs_list") });

export const backupsQuery = queryOptions({ queryKey: ["backups", "state"], queryFn: () => call("backups_state") });

export const useSession = (): SessionView | undefined => useQuery(sessionQuery).data;

/** Whether the signed-in user has a right. What a user may not do is not shown. */
export function useMay(): (permission: Permission) => boolean {
  const held = useSession()?.user?.permissions;
  return (permission) => held?.includes(permission) ?? false;
}

export const useSettings = (): Settings => useQuery(settingsQuery).data ?? DEFAULT_SETTINGS;

/** Changes settings at once; when they can't be kept, what was before comes back. */
export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Partial<Settings>) =>
      call("settings_set", { ...(client.getQueryData(settingsQuery.queryKey) ?? DEFAULT_SETTINGS), ...change }),
    onMutate: (change) => {
      const before = client.getQueryData(settingsQuery.queryKey) ?? DEFAULT_SETTINGS;
      client.setQueryData(settingsQuery.queryKey, { ...before, ...change });
      return before;
    },
    onError: (_error, _change, before) => client.setQueryData(settingsQuery.queryKey, before),
    onSuccess: (kept) => client.setQueryData(settingsQuery.queryKey, kept),
  });
}

/** Locks the store and hides everything. */
export function useLock(): () => void {
  const client = useQueryClient();
  return () => {
    // The screen hides before the keys are gone: nothing may be read while that lasts.
    client.setQueryData(sessionQuery.queryKey, (now) => (now?.phase === "unlocked" ? { ...now, phase: "locked" as const } : now));
    void call("session_lock").then((session) => client.setQueryData(sessionQuery.queryKey, session));
  };
}
