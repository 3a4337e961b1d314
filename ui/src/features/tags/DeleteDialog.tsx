import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { TagView } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { useErrorText } from "../../kit/ErrorText";
import { toast } from "../../kit/toast";

/** Asks before a tag goes: it leaves every customer who has it, and that can't be taken back. */
export function DeleteDialog(p: { tag: TagView | null; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [shown, setShown] = useState(p.tag);
  if (p.tag !== null && p.tag !== shown) setShown(p.tag);
  const remove = useMutation({
    mutationFn: (tag: TagView) => call("tags_delete", { id: tag.id }),
    onSuccess: (_none, tag) => void toast({ text: t("tags.deleted", { name: tag.name }) }),
    onError: (thrown) => void toast({ text: errorText(asApiError(thrown)), tone: "danger" }),
    onSettled: p.onClose,
  });
  return (
    <Dialog
      open={p.tag !== null}
      title={t("tags.delete_title", { name: shown?.name ?? "" })}
      width={440}
      danger
      okText={t("common.delete")}
      busy={remove.isPending}
      onOk={() => p.tag && remove.mutate(p.tag)}
      onClose={p.onClose}
    >
      {shown && shown.customers > 0 ? t("tags.delete_text", { count: shown.customers }) : t("tags.delete_text_none")}
    </Dialog>
  );
}
