import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ApiError, AuditPlace, AuditRow } from "../../ipc/contract";
import { type Filter, questionOf } from "./filter";

/** Rows before the end of what is there, from which on more is asked for. */
const AHEAD = 30;

export interface Entries {
  /** Undefined until the first answer. */
  rows: readonly AuditRow[] | undefined;
  /** Whether the server has older ones. */
  more: boolean;
  error: ApiError | null;
  onRange: (start: number, end: number) => void;
  retry: () => void;
}

/** Entries that match, newest first. The server tells them page by page; the next one is asked for when the end comes into view. */
export function useEntries(filter: Filter): Entries {
  const question = questionOf(filter);
  const query = useInfiniteQuery({
    queryKey: ["audits", "page", question],
    queryFn: ({ pageParam }) => call("audits_page", { ...question, after: pageParam }),
    initialPageParam: null as AuditPlace | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows), [query.data]);
  const { hasNextPage, isFetching, error } = query;
  return {
    rows,
    more: hasNextPage,
    error: error ? asApiError(error) : null,
    onRange: (_start, end) => {
      if (hasNextPage && !isFetching && !error && end + AHEAD >= (rows?.length ?? 0)) void query.fetchNextPage();
    },
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
  };
}
