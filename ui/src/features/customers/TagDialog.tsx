import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTags } from "../../ipc/records";
import { Dialog } from "../../kit/Dialog";
import { formatCount } from "../../kit/format/number";
import { TagChip } from "../../kit/pills";

interface TagDialogProps {
  open: boolean;
  /** How many customers it is about. */
  count: number;
  /** Tags that can be taken off; all when nobody knows which there are. */
  present?: readonly string[];
  onClose: () => void;
  /** Answers whether it was done; the dialog stays when it was not. */
  onTag: (add: string[], remove: string[]) => Promise<boolean>;
}

/** Puts tags on customers and takes tags off. */
export function TagDialog(p: TagDialogProps) {
  const { t } = useTranslation();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const close = (): void => {
    p.onClose();
    setAdd([]);
    setRemove([]);
  };
  const ok = async (): Promise<void> => {
    setBusy(true);
    const done = await p.onTag(add, remove);
    setBusy(false);
    if (done) close();
  };
  const { present } = p;
  const offered = (id: string): boolean => present === undefined || present.includes(id);
  return (
    <Dialog
      open={p.open}
      title={t("customers.tag_title", { count: p.count, shown: formatCount(p.count) })}
      onClose={close}
      onOk={() => void ok()}
      okText={t("common.save")}
      okDisabled={add.length + remove.length === 0}
      busy={busy}
    >
      <TagSelect
        label={t("customers.tag_add")}
        value={add}
        onChange={setAdd}
        offered={(id) => !present?.includes(id) && !remove.includes(id)}
      />
      <TagSelect label={t("customers.tag_remove")} value={remove} onChange={setRemove} offered={(id) => offered(id) && !add.includes(id)} />
    </Dialog>
  );
}

interface TagSelectProps {
  label: string;
  value: string[];
  onChange: (tags: string[]) => void;
  offered: (id: string) => boolean;
}

function TagSelect(p: TagSelectProps) {
  const { t } = useTranslation();
  const tags = useTags();
  return (
    <div className="lq-customers-field">
      <span>{p.label}</span>
      <Select
        className="lq-customers-wide"
        mode="multiple"
        aria-label={p.label}
        value={p.value}
        onChange={p.onChange}
        notFoundContent={t("customers.tag_none")}
        showSearch={{ optionFilterProp: "title" }}
        options={tags
          .filter((tag) => p.offered(tag.id))
          .map((tag) => ({ value: tag.id, title: tag.name, label: <TagChip name={tag.name} colour={tag.colour} /> }))}
      />
    </div>
  );
}
