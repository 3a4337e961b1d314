import "./tags.css";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Plus, Tag } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { TagView } from "../../ipc/contract";
import { useMay, useSession } from "../../ipc/queries";
import { DataGrid } from "../../kit/grid/DataGrid";
import { type Action, useActions } from "../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { useAddress } from "../../kit/navigation";
import { Page } from "../../kit/Page";
import { Empty, ErrorState } from "../../kit/states";
import { DeleteDialog } from "./DeleteDialog";
import { TagDialog } from "./TagDialog";
import { useColumns } from "./useColumns";

/** What the dialogs work on: a new tag, one that is changed, one that is deleted. */
type Asked = { deed: "create" } | { deed: "edit" | "delete"; tag: TagView } | null;

/** The tags of the bank, how many customers here have each, and their names and colours. */
export default function TagsPage() {
  const { t } = useTranslation();
  const may = useMay()("tags_edit");
  const joined = useSession()?.joined ?? false;
  const { data: tags, error, refetch } = useQuery({ queryKey: ["tags", "list"], queryFn: () => call("tags_list") });
  const [asked, setAsked] = useState<Asked>(null);
  const [active, setActive] = useState(0);
  const close = (): void => setAsked(null);
  const edit = (tag: TagView): void => setAsked({ deed: "edit", tag });
  useTagOfAddress(tags, (at, tag, toEdit) => {
    setActive(at);
    if (toEdit && may) edit(tag);
  });
  useTagActions({ tag: tags?.[active], onAsk: setAsked });
  const columns = useColumns({ may, joined, onAsk: setAsked });
  return (
    <Page
      title={t("nav.tags")}
      layout="fill"
      aside={tags && t("tags.total", { count: tags.length })}
      actions={may && <Create onClick={() => setAsked({ deed: "create" })} />}
    >
      {error ? (
        <ErrorState error={asApiError(error)} onRetry={() => void refetch()} />
      ) : (
        <DataGrid
          label={t("nav.tags")}
          columns={columns}
          total={tags?.length}
          rows={(index) => tags?.[index]}
          rowId={(tag) => tag.id}
          rowLabel={(tag) => tag.name}
          active={active}
          onActive={setActive}
          {...(may && { onOpen: edit })}
          mainList
          empty={<NoTags {...(may && { onCreate: () => setAsked({ deed: "create" }) })} />}
        />
      )}
      <TagDialog
        open={asked?.deed === "create" || asked?.deed === "edit"}
        tag={asked?.deed === "edit" ? asked.tag : null}
        tags={tags ?? []}
        onClose={close}
      />
      <DeleteDialog tag={asked?.deed === "delete" ? asked.tag : null} onClose={close} />
    </Page>
  );
}

/** Another screen may ask for a tag through the address, `?name=`, and with `edit` for its dialog. Answered once. */
function useTagOfAddress(tags: readonly TagView[] | undefined, onAsked: (at: number, tag: TagView, toEdit: boolean) => void): void {
  const [{ name, edit }, setAddress] = useAddress<{ name?: unknown; edit?: unknown }>();
  const latest = useRef(onAsked);
  latest.current = onAsked;
  useEffect(() => {
    if (name === undefined || !tags) return;
    // A name of digits that was typed into the address is read as a number.
    const at = tags.findIndex((tag) => tag.name === String(name));
    const tag = tags[at];
    if (tag) latest.current(at, tag, edit === true);
    setAddress({});
  }, [name, edit, tags, setAddress]);
}

function Create(p: { onClick: () => void }) {
  const { t } = useTranslation();
  const keys = useAriaKeys("tags.create");
  return (
    <KeyTip title={t("tags.create")} action="tags.create">
      <Button type="primary" icon={<Plus size={14} aria-hidden />} aria-keyshortcuts={keys} onClick={p.onClick}>
        {t("tags.create")}
      </Button>
    </KeyTip>
  );
}

function NoTags(p: { onCreate?: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={Tag}
      title={t("tags.empty_title")}
      text={p.onCreate ? t("tags.empty_text") : t("tags.empty_text_read")}
      actions={
        p.onCreate && (
          <Button type="primary" onClick={p.onCreate}>
            {t("tags.create")}
          </Button>
        )
      }
    />
  );
}

/** Keys of the screen. Without the right they do not exist. */
function useTagActions(p: { tag: TagView | undefined; onAsk: (asked: Asked) => void }): void {
  const latest = useRef(p);
  latest.current = p;
  const some = p.tag !== undefined;
  useActions(
    useMemo<Action[]>(() => {
      const ask = (deed: "edit" | "delete") => () => {
        const { tag, onAsk } = latest.current;
        if (tag) onAsk({ deed, tag });
      };
      const common = { scope: "screen", permission: "tags_edit" } as const;
      return [
        { ...common, id: "tags.create", labelKey: "tags.create", keys: ["n"], run: () => latest.current.onAsk({ deed: "create" }) },
        { ...common, id: "tags.edit", labelKey: "tags.edit", keys: ["e"], enabled: some, run: ask("edit") },
        { ...common, id: "tags.delete", labelKey: "tags.delete", keys: ["Delete"], enabled: some, run: ask("delete") },
      ];
    }, [some]),
  );
}
