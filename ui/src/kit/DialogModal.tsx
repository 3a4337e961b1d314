import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { DialogProps } from "./Dialog";

/** The heavy half of `Dialog`, loaded when the first one opens. */
export default function DialogModal(p: DialogProps & { onClosed: () => void }) {
  const { t } = useTranslation();
  const footer = p.footer === undefined ? (p.onOk ? undefined : null) : p.footer;
  return (
    <Modal
      open={p.open}
      title={p.bare ? <span className="lq-hidden">{p.title}</span> : p.title}
      closable={!p.bare}
      className={p.bare ? "lq-dialog-bare" : ""}
      width={p.width ?? 520}
      centered={false}
      onCancel={p.onClose}
      onOk={p.onOk}
      okText={p.okText ?? t("common.confirm")}
      cancelText={t("common.cancel")}
      okButtonProps={{ danger: p.danger ?? false, disabled: p.okDisabled ?? false }}
      confirmLoading={p.busy ?? false}
      mask={{ closable: !p.busy }}
      keyboard={!p.busy}
      {...(footer === undefined ? {} : { footer })}
      afterClose={p.onClosed}
      destroyOnHidden
    >
      {p.children}
    </Modal>
  );
}
