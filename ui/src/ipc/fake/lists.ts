import { type FakeStore, type Handlers, refuse } from "./store";

type ListCommands = Pick<
  Handlers,
  Extract<keyof Handlers, `tags_${string}` | `views_${string}` | `divisions_${string}` | `users_${string}` | `branches_${string}`>
>;

const DIVISIONS: readonly [string, string, string | null][] = [
  ["11", "北京市", null],
  ["1101", "市辖区", "11"],
  ["110105", "朝阳区", "1101"],
  ["110105001", "建外街道", "110105"],
  ["31", "上海市", null],
  ["3101", "市辖区", "31"],
  ["310115", "浦东新区", "3101"],
  ["310115005", "潍坊新村街道", "310115"],
];

/** Tags, saved views and the lists that forms choose from. */
export function listCommands(store: FakeStore): ListCommands {
  const named = (list: readonly { id: string; name: string }[], name: string, id: string | null): void => {
    if (name.trim() === "") refuse("text_blank", { field: "name" });
    if (list.some((one) => one.name === name && one.id !== id)) refuse("name_taken", { field: "name" });
  };
  const tell = (feature: string): void => queueMicrotask(() => store.emit("changed", { features: [feature] }));
  const has = (tag: string): number =>
    store.customers.filter((one) => !one.deleted && (one.values.tags ?? "").split(" ").includes(tag)).length;
  return {
    tags_list: () => store.tags.map((tag) => ({ ...tag, customers: has(tag.id) })),
    tags_create: ({ name, colour }) => {
      named(store.tags, name, null);
      const tag = { id: store.nextId("tag-new"), name, colour, customers: 0, sync: "pending" as const };
      store.tags.push(tag);
      tell("tags");
      return tag;
    },
    tags_update: ({ id, name, colour }) => {
      named(store.tags, name, id);
      const tag = store.tags.find((one) => one.id === id) ?? refuse("not_found");
      Object.assign(tag, { name, colour });
      tell("tags");
      return tag;
    },
    tags_delete: ({ id }) => {
      store.tags = store.tags.filter((one) => one.id !== id);
      for (const { values } of store.customers)
        values.tags = (values.tags ?? "")
          .split(" ")
          .filter((tag) => tag !== id)
          .join(" ");
      tell("tags");
      return null;
    },
    views_list: () => store.views,
    views_save: ({ id, ...view }) => {
      named(store.views, view.name, id);
      const saved = { ...view, id: id ?? store.nextId("view") };
      store.views = [...store.views.filter((one) => one.id !== saved.id), saved];
      tell("views");
      return saved;
    },
    views_delete: ({ id }) => {
      store.views = store.views.filter((one) => one.id !== id);
      tell("views");
      return null;
    },
    divisions_list: ({ parent }) =>
      DIVISIONS.filter(([, , above]) => above === parent).map(([code, name]) => ({ code, name, leaf: code.length === 9 })),
    users_list: () => [
      { id: "user-1", name: store.session.user?.name ?? "", branch: "branch-1" },
      { id: "user-2", name: "示例同事", branch: "branch-1" },
    ],
    branches_list: () => [{ id: "branch-1", name: store.session.user?.branch_name ?? "", parent: null }],
  };
}
