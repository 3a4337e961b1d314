import "./cases.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { FileSearch } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ApiError } from "../../ipc/contract";
import { useMay, useSession } from "../../ipc/queries";
import { customerQuery } from "../../ipc/records";
import { Dialog } from "../../kit/Dialog";
import { TextEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { type Action, useActions } from "../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { useGo } from "../../kit/navigation";
import type { PanelProps } from "../../kit/panels";
import { toast } from "../../kit/toast";
import { draftOf, keepDraft } from "./drafts";
import { useLeaving } from "./Leaving";
import { isOfField, Notice } from "./Notice";
import { useSaveKeys } from "./useSaveKeys";
import { TEXT_MAX } from "./words";

/** On a customer's page: opens a case. Nobody but who works on cases may even know that this can be done. */
export default function OpenCase({ id }: PanelProps) {
  return useMay()("cases_edit") ? <Opening customer={id} /> : null;
}

function Opening({ customer }: { customer: string }) {
  const { t } = useTranslation();
  const user = useSession()?.user?.id ?? "";
  const [draft] = useState(() => draftOf(user, customer));
  const [open, setOpen] = useState(draft !== null);
  const keys = useAriaKeys("cases.open");
  useActions(
    useMemo<Action[]>(
      () => [
        {
          id: "cases.open",
          labelKey: "cases.open",
          keys: ["n"],
          scope: "screen",
          permission: "cases_edit",
          aliases: "xinjian gean xjga keyi",
          run: () => setOpen(true),
        },
      ],
      [],
    ),
  );
  return (
    <>
      <KeyTip title={t("cases.open")} action="cases.open">
        <Button icon={<FileSearch size={14} aria-hidden />} aria-keyshortcuts={keys} onClick={() => setOpen(true)}>
          {t("cases.open")}
        </Button>
      </KeyTip>
      <OpenDialog
        customer={customer}
        start={draft ?? ""}
        onText={(text) => keepDraft(user, customer, text)}
        open={open}
        onClose={() => setOpen(false)}
      />
    </>
  );
}

interface OpenDialogProps {
  customer: string;
  start: string;
  onText: (text: string) => void;
  open: boolean;
  onClose: () => void;
}

function OpenDialog(p: OpenDialogProps) {
  const { t } = useTranslation();
  const name = useQuery(customerQuery(p.customer)).data?.values.name ?? "";
  const go = useGo();
  const form = useEntries({ narrative: p.start });
  const narrative = form.bind("narrative");
  const [notice, setNotice] = useState<ApiError | null>(null);
  const close = (): void => {
    form.set({ narrative: "" });
    p.onText("");
    setNotice(null);
    p.onClose();
  };
  const save = useMutation({
    mutationFn: () => call("cases_open", { customer: p.customer, narrative: form.values.narrative }),
    onSuccess: (made) => {
      toast({ text: t("cases.made", { name: made.name }), onward: { label: t("cases.to_cases"), run: () => go("/cases") } });
      close();
    },
    onError: (thrown) => {
      const error = asApiError(thrown);
      if (isOfField(error, ["narrative"])) form.refuse(error, "narrative");
      else setNotice(error);
    },
  });
  const submit = (): void => {
    setNotice(null);
    if (!save.isPending && !form.missing("narrative")) save.mutate();
  };
  const { leave, asking, question } = useLeaving(form.values.narrative.trim() !== "");
  useSaveKeys(p.open && !asking, submit);
  const title = t("cases.open_title", { name });
  return (
    <>
      <Dialog
        open={p.open}
        title={title}
        width={640}
        onClose={() => leave(close)}
        onOk={submit}
        okText={t("common.save")}
        busy={save.isPending}
      >
        <EntryForm label={title} told={form.told} start="first" onSubmit={submit}>
          <TextEntry
            {...narrative}
            onChange={(text) => {
              p.onText(text);
              narrative.onChange(text);
            }}
            label={t("cases.fields.narrative")}
            hint={t("cases.narrative_hint")}
            max={TEXT_MAX}
            rows={8}
            required
          />
          {notice && <Notice error={notice} />}
          <p className="lq-note">{t("cases.secret")}</p>
        </EntryForm>
      </Dialog>
      {question}
    </>
  );
}
