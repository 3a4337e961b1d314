import { type QueryKey, type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

export interface WindowPage<Row> {
  total: number;
  rows: readonly Row[];
}

export interface WindowOptions<Row> {
  /** Begins with the feature's word, so that the change report reaches it; names the whole question. */
  queryKey: QueryKey;
  fetchPage: (offset: number, limit: number) => Promise<WindowPage<Row>>;
  /** Rows in one request. */
  pageSize?: number;
  /** False while the question can't be put yet. */
  enabled?: boolean;
}

/** Rows in one request, unless said otherwise. */
const PAGE_SIZE = 100;

/** What it takes to ask for one page; a page may tell more than its rows. */
interface PageOptions<Page> extends Pick<WindowOptions<unknown>, "queryKey" | "pageSize"> {
  fetchPage: (offset: number, limit: number) => Promise<Page>;
}

/** How one page is asked for. */
export const pageQuery = <Page>({ queryKey, fetchPage, pageSize = PAGE_SIZE }: PageOptions<Page>, page: number) => ({
  queryKey: [...queryKey, "page", page],
  queryFn: () => fetchPage(page * pageSize, pageSize),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 60_000,
});

export interface RowWindow<Row> {
  /** Undefined until the first answer. */
  total: number | undefined;
  rows: (index: number) => Row | undefined;
  onRange: (start: number, end: number) => void;
  /** The first error among the pages in view. */
  error: unknown;
  /** An answer to the present question is on its way. */
  fetching: boolean;
  retry: () => void;
}

/** Between two requests while the list is being scrolled, in milliseconds. */
const PACE = 60;

/**
 * A long list as pages that are read when they come into view. While a new question (other words, other order) is being answered,
 * the rows of the last one stay, so that nothing flickers under the typing.
 */
export function useWindow<Row>(options: WindowOptions<Row>): RowWindow<Row> {
  const { queryKey, pageSize = PAGE_SIZE, enabled = true } = options;
  const question = JSON.stringify(queryKey);
  const [range, setRange] = useState({ question, first: 0, last: 0 });
  const { first, last } = range.question === question ? range : { first: 0, last: 0 };
  const pages = useQueries({
    queries: Array.from({ length: last - first + 1 }, (_, index) => ({ ...pageQuery(options, first + index), enabled })),
    combine: combinePages<Row>,
  });
  const known = useKnown(question, first, pages.data);
  const onRange = usePaced(
    useCallback(
      (start: number, end: number) =>
        setRange({ question, first: Math.floor(start / pageSize), last: Math.floor(Math.max(start, end) / pageSize) }),
      [question, pageSize],
    ),
  );
  const rows = useCallback((index: number) => known.pages.get(Math.floor(index / pageSize))?.rows[index % pageSize], [known, pageSize]);
  return {
    total: known.total,
    rows,
    onRange,
    error: pages.error,
    fetching: pages.fetching,
    retry: pages.retry,
  };
}

/** Its parts keep their identity while nothing changes, so the pages can be a dependency. */
const combinePages = <Row>(pages: UseQueryResult<WindowPage<Row>>[]) => ({
  data: pages.map((page) => page.data),
  error: pages.find((page) => page.error)?.error ?? null,
  fetching: pages.some((page) => page.isFetching),
  retry: () => {
    for (const page of pages) if (page.error) void page.refetch();
  },
});

interface Known<Row> {
  question: string;
  pages: Map<number, WindowPage<Row>>;
  total: number | undefined;
}

/** Most pages remembered beside those in view; older ones are read again. */
const KEPT = 40;

/** The pages seen so far. Those of an earlier question serve until the new one has an answer. */
function useKnown<Row>(question: string, first: number, data: readonly (WindowPage<Row> | undefined)[]): Known<Row> {
  const memory = useRef<Known<Row>>({ question, pages: new Map(), total: undefined });
  return useMemo(() => {
    const before = memory.current;
    if (!data.some(Boolean)) return before;
    const pages = before.question === question ? new Map(before.pages) : new Map<number, WindowPage<Row>>();
    data.forEach((page, index) => {
      if (!page) return;
      pages.delete(first + index);
      pages.set(first + index, page);
    });
    for (const oldest of pages.keys()) {
      if (pages.size <= KEPT) break;
      pages.delete(oldest);
    }
    const total = data.find(Boolean)?.total;
    memory.current = { question, pages, total };
    return memory.current;
  }, [question, first, data]);
}

/** Calls at once, and while calls keep coming once per `PACE`, the last one for sure. */
function usePaced(call: (start: number, end: number) => void): (start: number, end: number) => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef<[number, number]>([0, 0]);
  const target = useRef(call);
  target.current = call;
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback((start, end) => {
    latest.current = [start, end];
    if (timer.current !== undefined) return;
    target.current(start, end);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      target.current(...latest.current);
    }, PACE);
  }, []);
}
