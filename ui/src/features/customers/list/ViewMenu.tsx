import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { Bookmark, Check, ChevronDown } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../../ipc/backend";
import { call } from "../../../ipc/call";
import type { ApiError, SavedView } from "../../../ipc/contract";
import { Dialog } from "../../../kit/Dialog";
import { ErrorText } from "../../../kit/ErrorText";
import { MenuButton, type MenuItem } from "../../../kit/MenuButton";
import { toast } from "../../../kit/toast";
import { useDeeds } from "../deeds";
import { asView, isChanged, openView, useList } from "./state";

const NONE: SavedView[] = [];

/** Saved views: opens one, keeps the present list as one, and shows when the list was changed since. */
export function ViewMenu() {
  const { t } = useTranslation();
  const { failed } = useDeeds();
  const list = useList();
  const views = useQuery({ queryKey: ["views", "list"], queryFn: () => call("views_list") }).data ?? NONE;
  const [naming, setNaming] = useState(false);
  const view = views.find((one) => one.id === list.view) ?? null;
  const changed = isChanged(list, view);
  const save = async (): Promise<void> => {
    if (!view) return;
    try {
      await call("views_save", { id: view.id, name: view.name, ...asView(list) });
      toast({ text: t("customers.view_saved", { name: view.name }) });
    } catch (thrown) {
      failed(thrown);
    }
  };
  const remove = async (): Promise<void> => {
    if (!view) return;
    try {
      await call("views_delete", { id: view.id });
      useList.setState({ view: null });
      const again = async (): Promise<void> => {
        const { name, query, columns } = view;
        const saved = await call("views_save", { id: null, name, query, columns });
        useList.setState({ view: saved.id });
      };
      toast({ text: t("customers.view_deleted", { name: view.name }), onUndo: () => again().catch(failed) });
    } catch (thrown) {
      failed(thrown);
    }
  };
  const tick = (on: boolean) => (on ? <Check size={14} aria-hidden /> : <span className="lq-customers-gap" />);
  const open = (one: SavedView | null): MenuItem => ({
    key: one?.id ?? "all",
    label: one?.name ?? t("customers.view_all"),
    icon: tick((one?.id ?? null) === list.view),
    onClick: () => openView(one),
  });
  const items: MenuItem[] = [open(null), ...views.map(open)];
  if (view && changed)
    items.push({ key: "save", label: t("customers.view_save", { name: view.name }), icon: tick(false), onClick: () => void save() });
  items.push({ key: "save_as", label: t("customers.view_save_as"), icon: tick(false), onClick: () => setNaming(true) });
  if (view)
    items.push({
      key: "delete",
      label: t("customers.view_delete", { name: view.name }),
      icon: tick(false),
      danger: true,
      onClick: () => void remove(),
    });
  return (
    <>
      <MenuButton items={items} align="start">
        {(trigger) => (
          <Button type="text" icon={<Bookmark size={14} aria-hidden />} {...trigger} title={t("customers.views")}>
            {view?.name ?? t("customers.view_all")}
            {changed && <span className="lq-customers-changed">{t("customers.view_changed")}</span>}
            <ChevronDown size={12} aria-hidden />
          </Button>
        )}
      </MenuButton>
      <NameDialog open={naming} onClose={() => setNaming(false)} />
    </>
  );
}

/** Asks for the name of a new view. */
function NameDialog(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const close = (): void => {
    p.onClose();
    setName("");
    setError(null);
  };
  const save = async (): Promise<void> => {
    try {
      const saved = await call("views_save", { id: null, name: name.trim(), ...asView(useList.getState()) });
      useList.setState({ view: saved.id });
      toast({ text: t("customers.view_saved", { name: saved.name }) });
      close();
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  return (
    <Dialog
      open={p.open}
      title={t("customers.view_save_as")}
      onClose={close}
      onOk={() => void save()}
      okText={t("common.save")}
      okDisabled={name.trim() === ""}
    >
      <div className="lq-customers-field">
        <label htmlFor="lq-view-name">{t("customers.view_name")}</label>
        <Input
          id="lq-view-name"
          value={name}
          placeholder={t("customers.view_name_hint")}
          status={error ? "error" : ""}
          aria-invalid={error !== null}
          autoFocus
          onChange={(event) => setName(event.target.value)}
          onPressEnter={(event) => !event.nativeEvent.isComposing && name.trim() !== "" && void save()}
        />
        {error && <ErrorText error={error} />}
        <p className="lq-note">{t("customers.view_keeps")}</p>
      </div>
    </Dialog>
  );
}
