import { useMutation, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import { useJobStarted } from "../../ipc/jobs";
import { jobsQuery } from "../../ipc/queries";
import { Dialog } from "../../kit/Dialog";
import { PasswordEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { JobBar } from "../../kit/JobBar";
import { useJobShown } from "../../kit/useJobShown";

/** Encrypts the store anew under a new data key: asks for the password, shows how far it is and how it ended. */
export function DataKey() {
  const { t } = useTranslation();
  const jobs = useQuery(jobsQuery).data;
  const job = jobs?.find((one) => one.kind === "rekey");
  const busy = jobs?.some((one) => one.state === "running") ?? false;
  const shown = useJobShown();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button disabled={busy} onClick={() => setAsking(true)}>
        {t("settings.rekey_do")}
      </Button>
      {job && (
        <div className="lq-settings-job">
          <JobBar job={shown(job)} onCancel={() => void call("jobs_cancel", { id: job.id })} />
          {job.state === "done" && <p role="status">{t("settings.rekey_done")}</p>}
        </div>
      )}
      <RekeyDialog open={asking} onClose={() => setAsking(false)} />
    </>
  );
}

function RekeyDialog(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useEntries({ password: "" });
  const started = useJobStarted();
  /** What was typed does not stay behind a closed dialog. */
  const close = (): void => {
    form.set({ password: "" });
    p.onClose();
  };
  const rekey = useMutation({
    mutationFn: () => call("session_rekey", { password: form.values.password }),
    onSuccess: (job) => {
      started(job);
      close();
    },
    onError: (thrown) => form.refuse(asApiError(thrown), "password"),
  });
  const submit = (): void => {
    if (!rekey.isPending && !form.missing("password")) rekey.mutate();
  };
  return (
    <Dialog
      open={p.open}
      title={t("settings.rekey_do")}
      width={480}
      onClose={close}
      onOk={submit}
      okText={t("settings.rekey_do")}
      busy={rekey.isPending}
    >
      <p>{t("settings.rekey_text")}</p>
      <EntryForm label={t("settings.rekey_do")} told={form.told} onSubmit={submit}>
        <PasswordEntry {...form.bind("password")} label={t("session.password")} autoComplete="current-password" />
      </EntryForm>
    </Dialog>
  );
}
