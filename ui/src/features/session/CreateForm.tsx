import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ErrorCode } from "../../ipc/contract";
import { Entry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { NewPassword, useAgain } from "./NewPassword";
import { useArrive } from "./useArrive";

const ABOUT_LOGIN: ReadonlySet<ErrorCode> = new Set(["store_exists", "login_taken", "login_form"]);

/** Makes a store that works alone. The password encrypts it, and nobody can bring it back. */
export function CreateForm() {
  const { t } = useTranslation();
  const arrive = useArrive();
  const form = useEntries({ name: "", login: "", password: "", again: "" });
  const again = useAgain(form.values.password, form.values.again);
  const create = useMutation({
    mutationFn: () => {
      const { name, login, password } = form.values;
      return call("session_create", { name: name.trim(), login: login.trim(), password });
    },
    onSuccess: (session) => arrive(session),
    onError: (thrown) => {
      const error = asApiError(thrown);
      form.refuse(error, ABOUT_LOGIN.has(error.code) ? "login" : "password");
    },
  });
  const submit = (): void => {
    if (!create.isPending && !form.missing("name", "login", "password", "again") && again.same()) create.mutate();
  };
  return (
    <EntryForm label={t("session.alone_title")} told={form.told} onSubmit={submit}>
      <div className="lq-entry-pair">
        <Entry {...form.bind("name")} label={t("session.name")} autoComplete="name" />
        <Entry {...form.bind("login")} label={t("session.login")} autoComplete="username" />
      </div>
      <NewPassword label={t("session.password")} first={form.bind("password")} again={form.bind("again")} tried={again.tried} />
      <div className="lq-gate-note">
        <KeyRound size={16} aria-hidden />
        <div>{t("session.no_recovery")}</div>
      </div>
      <Button type="primary" size="large" block htmlType="submit" loading={create.isPending}>
        {t("session.create")}
      </Button>
    </EntryForm>
  );
}
