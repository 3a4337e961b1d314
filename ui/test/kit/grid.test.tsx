import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { useCallback, useMemo, useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hidden, moved, nudged, place, resized } from "../../src/kit/grid/columns";
import { DataGrid, type DataGridProps } from "../../src/kit/grid/DataGrid";
import { countSelected, isSelected, toggled, toggledAll, withRows } from "../../src/kit/grid/selection";
import { type Column, type ColumnState, NOTHING, type Selection } from "../../src/kit/grid/types";
import { useWindow } from "../../src/kit/grid/useWindow";
import { listenForKeys } from "../../src/kit/keys/dispatch";
import { renderOver } from "../render";

interface Person {
  id: string;
  name: string;
}

const columns: readonly Column<Person>[] = [
  { id: "name", title: "Name", width: 120, sortable: true, opens: true, fixed: true, render: (row) => row.name },
  { id: "id", title: "Id", width: 80, align: "end", render: (row) => row.id },
];
const person = (index: number): Person => ({ id: `id-${index}`, name: `Person ${index}` });

type Props = Partial<DataGridProps<Person>>;

function Grid(p: Props & { start?: Selection }) {
  const [selection, setSelection] = useState<Selection>(p.start ?? NOTHING);
  const total = p.total ?? 100_000;
  const list = useMemo(() => Array.from({ length: Math.min(total, 2000) }, (_, index) => person(index)), [total]);
  const rows = useCallback((index: number) => list[index] ?? person(index), [list]);
  return (
    <>
      <DataGrid
        label="People"
        columns={columns}
        total={total}
        rows={rows}
        rowId={(row) => row.id}
        rowLabel={(row) => row.name}
        selection={selection}
        onSelection={setSelection}
        {...p}
      />
      <output>{`${countSelected(selection, total)}: ${[...selection.ids].join(" ")}`}</output>
    </>
  );
}

const grid = (): HTMLElement => screen.getByRole("grid", { name: "People" });
const press = (key: string, more: object = {}): void => void fireEvent.keyDown(grid(), { key, ...more });
const activeName = (): string | null => {
  const id = grid().getAttribute("aria-activedescendant");
  return id ? (document.getElementById(id)?.textContent ?? null) : null;
};
const settled = (): Promise<void> => act(async () => void (await new Promise((done) => setTimeout(done, 0))));

describe("DataGrid", () => {
  it("draws a few rows of 100,000 and tells how many there are", () => {
    render(<Grid />);
    expect(grid().getAttribute("aria-rowcount")).toBe("100001");
    const rows = screen.getAllByRole("row");
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.length).toBeLessThan(60);
    expect(rows[1]?.getAttribute("aria-rowindex")).toBe("2");
  });

  it("walks with arrows, j and k, Home, PgDn; the focus stays on the grid", () => {
    render(<Grid total={200} />);
    grid().focus();
    press("ArrowDown");
    press("j");
    expect(activeName()).toContain("Person 1");
    press("k");
    expect(activeName()).toContain("Person 0");
    press("ArrowUp");
    expect(activeName()).toContain("Person 0");
    press("PageDown");
    expect(activeName()).toContain("Person 16");
    press("Home");
    expect(activeName()).toContain("Person 0");
    expect(document.activeElement).toBe(grid());
  });

  it("goes to the last row with End", () => {
    const onActive = vi.fn();
    render(<Grid total={500} onActive={onActive} />);
    press("End");
    expect(onActive).toHaveBeenLastCalledWith(499, expect.objectContaining({ id: "id-499" }));
  });

  it("selects with Space and x, and ranges with Shift", async () => {
    render(<Grid total={50} />);
    press("ArrowDown");
    press(" ");
    press("j");
    press("x");
    expect(screen.getByRole("status").textContent).toBe("2: id-0 id-1");
    press("ArrowDown", { shiftKey: true });
    press("ArrowDown", { shiftKey: true });
    await settled();
    expect(screen.getByRole("status").textContent).toBe("4: id-0 id-1 id-2 id-3");
    press("x");
    expect(screen.getByRole("status").textContent).toBe("3: id-0 id-1 id-2");
  });

  it("takes ids of rows that are not at hand from the caller", async () => {
    const loadIds = vi.fn(async (start: number, end: number) => Array.from({ length: end - start + 1 }, (_, at) => `id-${start + at}`));
    const rows = (index: number): Person | undefined => (index < 10 || index > 90 ? person(index) : undefined);
    render(<Grid total={100} rows={rows} loadIds={loadIds} />);
    press("ArrowDown");
    press("End", { shiftKey: true });
    await waitFor(() => expect(screen.getByRole("status").textContent).toMatch(/^100:/));
    expect(loadIds).toHaveBeenCalledWith(0, 99);
  });

  it("selects all matching rows by their number, without naming them", () => {
    render(<Grid />);
    fireEvent.click(screen.getByRole("checkbox", { name: "全选" }));
    expect(screen.getByRole("status").textContent).toBe("100000: ");
    fireEvent.click(screen.getByRole("checkbox", { name: "选中 Person 2" }));
    expect(screen.getByRole("status").textContent).toBe("99999: id-2");
  });

  it("opens with Enter, a double click and the name, not with a click beside it", () => {
    const onOpen = vi.fn();
    render(<Grid total={10} onOpen={onOpen} />);
    fireEvent.click(screen.getByText("id-3"));
    expect(onOpen).not.toHaveBeenCalled();
    press("Enter");
    fireEvent.doubleClick(screen.getByText("id-4"));
    fireEvent.click(screen.getByRole("button", { name: "Person 5" }));
    expect(onOpen.mock.calls.map(([row]) => row.id)).toEqual(["id-3", "id-4", "id-5"]);
  });

  it("u18: does nothing while an input method composes", () => {
    const onOpen = vi.fn();
    render(<Grid total={10} onOpen={onOpen} />);
    press("ArrowDown");
    press("Enter", { isComposing: true });
    press("Enter", { keyCode: 229 });
    expect(onOpen).not.toHaveBeenCalled();
  });

  it("sorts from the header, and says how it is sorted", () => {
    const onSort = vi.fn();
    const { rerender } = render(<Grid total={3} onSort={onSort} />);
    fireEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenLastCalledWith({ by: "name", descending: false });
    rerender(<Grid total={3} onSort={onSort} sort={{ by: "name", descending: false }} />);
    expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");
    fireEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenLastCalledWith({ by: "name", descending: true });
  });

  it("moves, resizes and hides columns from the keyboard", () => {
    const onColumns = vi.fn<(state: ColumnState[]) => void>();
    render(<Grid total={3} onColumns={onColumns} />);
    const header = screen.getByRole("button", { name: "Id" });
    fireEvent.keyDown(header, { key: "ArrowLeft", altKey: true });
    expect(onColumns.mock.lastCall?.[0].map(({ id }) => id)).toEqual(["id", "name"]);
    fireEvent.keyDown(header, { key: "ArrowRight", shiftKey: true });
    expect(onColumns.mock.lastCall?.[0][1]).toEqual({ id: "id", width: 96 });
    fireEvent.keyDown(header, { key: "Delete" });
    expect(onColumns.mock.lastCall?.[0][1]).toEqual({ id: "id", width: 80, hidden: true });
    onColumns.mockClear();
    fireEvent.keyDown(screen.getByRole("button", { name: "Name" }), { key: "Delete" });
    expect(onColumns).not.toHaveBeenCalled();
  });

  it("shows skeleton rows while rows are read, and its empty state when there are none", () => {
    const { rerender } = render(<Grid total={5} rows={() => undefined} />);
    const row = screen.getAllByRole("row")[1] as HTMLElement;
    expect(row.getAttribute("aria-busy")).toBe("true");
    expect(within(row).getByRole("checkbox")).toHaveProperty("disabled", true);
    rerender(<Grid total={0} empty={<p>Nobody yet</p>} />);
    expect(screen.getByText("Nobody yet")).toBeTruthy();
  });

  describe("as the main list", () => {
    let stop: (() => void) | undefined;
    afterEach(() => stop?.());
    it("takes j, x and Enter without the focus", () => {
      stop = listenForKeys(false);
      const onOpen = vi.fn();
      render(<Grid total={10} mainList onOpen={onOpen} />);
      const key = (code: string, name: string): boolean => fireEvent.keyDown(document.body, { code, key: name });
      key("KeyJ", "j");
      key("KeyX", "x");
      key("Enter", "Enter");
      expect(screen.getByRole("status").textContent).toBe("1: id-0");
      expect(onOpen).toHaveBeenCalledTimes(1);
      grid().focus();
      fireEvent.keyDown(grid(), { code: "KeyJ", key: "j" });
      expect(activeName()).toContain("Person 1");
    });
  });

  it("remembers where it stood", () => {
    const first = render(<Grid total={100} memory="people" listKey="a" />);
    press("PageDown");
    const stood = activeName();
    expect(stood).toContain("Person 1");
    first.unmount();
    const again = render(<Grid total={100} memory="people" listKey="a" />);
    expect(activeName()).toBe(stood);
    again.unmount();
    render(<Grid total={100} memory="people" listKey="b" />);
    expect(activeName()).toBeNull();
  });
});

describe("selection", () => {
  it("counts what is chosen, or what is left out", () => {
    const some = withRows(NOTHING, ["a", "b"], true);
    expect(countSelected(some, 10)).toBe(2);
    const all = toggledAll(some, 10);
    expect(countSelected(all, 10)).toBe(10);
    const without = toggled(all, "a");
    expect([countSelected(without, 10), isSelected(without, "a"), isSelected(without, "z")]).toEqual([9, false, true]);
    expect(toggledAll(all, 10)).toBe(NOTHING);
  });
});

describe("columns", () => {
  const state: ColumnState[] = ["a", "b", "c"].map((id) => ({ id, width: 100 }));
  it("keep within bounds and order", () => {
    expect(resized(state, "b", 5)[1]?.width).toBe(56);
    expect(moved(state, "c", "a").map(({ id }) => id)).toEqual(["c", "a", "b"]);
    expect(nudged(state, "a", 1).map(({ id }) => id)).toEqual(["b", "a", "c"]);
    expect(nudged(state, "a", -1).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(nudged(hidden(state, "b", true), "a", 1).map(({ id }) => id)).toEqual(["b", "c", "a"]);
  });
  it("drop what is no longer declared and add what is new", () => {
    expect(
      place(columns, [
        { id: "gone", width: 50 },
        { id: "id", width: 60 },
      ]).map(({ column, width }) => [column.id, width]),
    ).toEqual([
      ["id", 60],
      ["name", 120],
    ]);
  });
});

function PeopleList(p: { text: string; fetchPage: (offset: number, limit: number) => Promise<{ total: number; rows: Person[] }> }) {
  const { total, rows, onRange } = useWindow<Person>({ queryKey: ["people", p.text], fetchPage: p.fetchPage, pageSize: 50 });
  return (
    <DataGrid
      label="People"
      columns={columns}
      total={total}
      rows={rows}
      onRange={onRange}
      rowId={(row) => row.id}
      rowLabel={(row) => row.name}
      listKey={p.text}
    />
  );
}

describe("useWindow", () => {
  const fetchPage = vi.fn(async (offset: number, limit: number) => ({
    total: 1000,
    rows: Array.from({ length: limit }, (_, at) => person(offset + at)),
  }));

  it("reads only pages that come into view, and again after the change report", async () => {
    fetchPage.mockClear();
    const { fake, client } = await renderOver(<PeopleList text="" fetchPage={fetchPage} />);
    await screen.findByText("Person 3");
    expect(fetchPage.mock.calls).toEqual([[0, 50]]);
    await act(async () => fake.emit("changed", { features: ["other"] }));
    expect(fetchPage).toHaveBeenCalledTimes(1);
    await act(async () => fake.emit("changed", { features: ["people"] }));
    await waitFor(() => expect(fetchPage).toHaveBeenCalledTimes(2));
    expect(client.isFetching()).toBe(0);
  });

  it("keeps the old rows until the new question has an answer", async () => {
    let answer: (page: { total: number; rows: Person[] }) => void = () => undefined;
    const slow = vi.fn(() => new Promise<{ total: number; rows: Person[] }>((done) => (answer = done)));
    const { rerender, client } = await renderOver(null);
    const { QueryClientProvider } = await import("@tanstack/react-query");
    const show = (text: string, fetch: typeof slow | typeof fetchPage) =>
      rerender(
        <QueryClientProvider client={client}>
          <PeopleList text={text} fetchPage={fetch} />
        </QueryClientProvider>,
      );
    show("", fetchPage);
    await screen.findByText("Person 3");
    show("zs", slow);
    expect(screen.getByText("Person 3")).toBeTruthy();
    await act(async () => answer({ total: 1, rows: [{ id: "x", name: "Found" }] }));
    expect(await screen.findByText("Found")).toBeTruthy();
    expect(screen.queryByText("Person 3")).toBeNull();
  });
});
