import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { TagView } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { useErrorText } from "../../kit/ErrorText";
import { Entry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { TAG_COLOURS } from "../../kit/pills";
import { toast } from "../../kit/toast";
import { ColourChoice } from "./ColourChoice";

interface TagDialogProps {
  open: boolean;
  /** The tag that is changed; null: a new one. */
  tag: TagView | null;
  tags: readonly TagView[];
  onClose: () => void;
}

/** Name and colour of a tag, new or not. */
export function TagDialog(p: TagDialogProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const form = useEntries({ name: "" });
  const [colour, setColour] = useState<string>(TAG_COLOURS[0]);
  useStart(p, (name, start) => {
    form.set({ name });
    setColour(start);
  });
  const save = useMutation({
    mutationFn: async ({ tag, name }: { tag: TagView | null; name: string }) =>
      tag ? call("tags_update", { id: tag.id, name, colour }) : call("tags_create", { name, colour }),
    onSuccess: (_saved, { tag, name }) => {
      toast({ text: t(tag ? "tags.saved" : "tags.created", { name }), ...(tag && { onUndo: () => undo(tag) }) });
      p.onClose();
    },
    onError: (thrown) => form.refuse(asApiError(thrown), "name"),
  });
  const undo = async (was: TagView): Promise<void> => {
    try {
      await call("tags_update", { id: was.id, name: was.name, colour: was.colour });
    } catch (thrown) {
      toast({ text: errorText(asApiError(thrown)), tone: "danger" });
    }
  };
  const submit = (): void => {
    if (!save.isPending && !form.missing("name")) save.mutate({ tag: p.tag, name: form.values.name.trim() });
  };
  return (
    <Dialog
      open={p.open}
      title={p.tag ? t("tags.edit") : t("tags.create")}
      width={440}
      onClose={p.onClose}
      onOk={submit}
      okText={t("common.save")}
      busy={save.isPending}
    >
      <EntryForm label={p.tag ? t("tags.edit") : t("tags.create")} told={form.told} start="first" onSubmit={submit}>
        <Entry {...form.bind("name")} label={t("tags.name")} hint={t("tags.name_hint")} />
        <ColourChoice value={colour} name={form.values.name} onChange={setColour} />
      </EntryForm>
    </Dialog>
  );
}

/** Each opening starts from the tag, or from nothing with a colour that is not much used yet. */
function useStart(p: TagDialogProps, start: (name: string, colour: string) => void): void {
  const [was, setWas] = useState(false);
  if (p.open === was) return;
  setWas(p.open);
  if (p.open) start(p.tag?.name ?? "", p.tag?.colour ?? leastUsed(p.tags));
}

function leastUsed(tags: readonly TagView[]): string {
  const uses = (colour: string): number => tags.filter((tag) => tag.colour === colour).length;
  return [...TAG_COLOURS].sort((a, b) => uses(a) - uses(b))[0] ?? TAG_COLOURS[0];
}
