import { useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** What an address may carry behind `?`: the state of a list, so that it can be kept, shared and returned to. */
export type Search = Record<string, unknown>;

/** Opens a screen: `go("/customers/42")`, `go("/customers", { q: "zs" })`. */
export type Go = (path: string, search?: Search) => void;

export function useGo(): Go {
  const navigate = useNavigate();
  return useCallback((path, search) => void navigate({ to: path, search: (search ?? {}) as never }), [navigate]);
}

/** Goes back to where the user came from, or to `fallback` when the window began here. */
export function useBack(fallback: string): () => void {
  const router = useRouter();
  const go = useGo();
  return useCallback(() => (router.history.canGoBack() ? router.history.back() : go(fallback)), [router, go, fallback]);
}

/** A part of the address that varies: `useParam("id")` on `/customers/$id`. */
export function useParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  return params[name] ?? "";
}

/** The search part of the address, and a way to change it without leaving a step in the history. */
export function useAddress<S extends Search>(): [S, (next: S) => void] {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as S;
  const set = useCallback((next: S) => void navigate({ to: ".", search: next as never, replace: true }), [navigate]);
  return [search, set];
}
