import { Button } from "antd";
import { ChevronDown, ChevronUp, Ellipsis, Pencil, Tag } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CustomerView } from "../../../ipc/contract";
import { KeyTip, useAriaKeys } from "../../../kit/keys/Keys";
import { MenuButton } from "../../../kit/MenuButton";
import { Panels } from "../../../kit/panels";
import type { CustomerActions } from "./useCustomerActions";

/** What the user may do with the customer; what may not be done is not there. */
export function PageActions({ customer, actions }: { customer: CustomerView; actions: CustomerActions }) {
  const { t } = useTranslation();
  const keys = {
    edit: useAriaKeys("customer.edit"),
    tag: useAriaKeys("customer.tag"),
    previous: useAriaKeys("customer.previous"),
    next: useAriaKeys("customer.next"),
  };
  return (
    <>
      {actions.inList && (
        <span className="lq-customer-walk">
          <KeyTip title={t("customers.previous")} action="customer.previous">
            <Button
              type="text"
              aria-label={t("customers.previous")}
              aria-keyshortcuts={keys.previous}
              icon={<ChevronUp size={16} aria-hidden />}
              onClick={actions.previous}
            />
          </KeyTip>
          <KeyTip title={t("customers.next")} action="customer.next">
            <Button
              type="text"
              aria-label={t("customers.next")}
              aria-keyshortcuts={keys.next}
              icon={<ChevronDown size={16} aria-hidden />}
              onClick={actions.next}
            />
          </KeyTip>
        </span>
      )}
      {customer.may_edit && (
        <Button icon={<Tag size={14} aria-hidden />} aria-keyshortcuts={keys.tag} onClick={actions.tag}>
          {t("customers.tag")}
        </Button>
      )}
      <Panels place="customers.actions" id={customer.id} />
      {customer.may_delete && (
        <MenuButton items={[{ key: "delete", label: t("customers.delete"), danger: true, onClick: actions.remove }]}>
          {(trigger) => <Button aria-label={t("customers.more")} icon={<Ellipsis size={16} aria-hidden />} {...trigger} />}
        </MenuButton>
      )}
      {customer.may_edit && (
        <KeyTip title={t("customers.edit")} action="customer.edit">
          <Button type="primary" icon={<Pencil size={14} aria-hidden />} aria-keyshortcuts={keys.edit} onClick={actions.edit}>
            {t("customers.edit")}
          </Button>
        </KeyTip>
      )}
    </>
  );
}
