import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerView, Field } from "../../../ipc/contract";
import { useTags } from "../../../ipc/records";
import { formatTime } from "../../../kit/format/dates";
import { Page } from "../../../kit/Page";
import { Panels } from "../../../kit/panels";
import { StatusPill, TagChip } from "../../../kit/pills";
import { SyncPill } from "../../../kit/SyncPill";
import { DeleteDialog } from "../DeleteDialog";
import { useDeeds } from "../deeds";
import { TagDialog } from "../TagDialog";
import { useChoiceWord } from "../words";
import { Banners } from "./Banners";
import { HistoryPanel } from "./HistoryPanel";
import { PageActions } from "./PageActions";
import { ExtraPanel, FieldsPanel } from "./Panels";
import { RevealDialog } from "./RevealDialog";
import { useCustomerActions } from "./useCustomerActions";
import { useReveal } from "./useReveal";

/** The page of a customer that was read. */
export function CustomerDetails({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const deeds = useDeeds();
  const reveal = useReveal(customer);
  const [asked, setAsked] = useState<"tag" | "delete" | null>(null);
  const actions = useCustomerActions(customer, { onTag: () => setAsked("tag"), onDelete: () => setAsked("delete"), onReveal: reveal.ask });
  const tags = customer.values.tags?.split(" ").filter(Boolean) ?? [];
  const panel = (fields: readonly Field[]) => ({ customer, fields, reveal });
  return (
    <Page
      title={customer.values.name ?? ""}
      aside={<HeadFacts customer={customer} tags={tags} />}
      actions={<PageActions customer={customer} actions={actions} />}
    >
      <Banners customer={customer} />
      <div className="lq-customer">
        <div>
          <FieldsPanel title={t("customers.panel_identity")} {...panel(IDENTITY)} />
          <FieldsPanel title={t("customers.panel_contact")} {...panel(CONTACT)} />
          <FieldsPanel title={t("customers.panel_work")} {...panel(WORK)} />
          <FieldsPanel title={t("customers.panel_bank")} {...panel(BANK)} />
          <FieldsPanel title={t("customers.panel_notes")} {...panel(NOTES)} />
          <ExtraPanel extra={customer.extra} />
        </div>
        <div>
          <Panels place="customers.page" id={customer.id} />
          <HistoryPanel id={customer.id} kind={customer.values.kind} />
        </div>
      </div>
      <p className="lq-note">
        {t("customers.created", { time: formatTime(customer.created_at) })}
        <span className="lq-customer-updated">{t("customers.updated", { time: formatTime(customer.updated_at) })}</span>
      </p>
      <RevealDialog customer={customer} reveal={reveal} />
      <TagDialog
        open={asked === "tag"}
        count={1}
        present={tags}
        onClose={() => setAsked(null)}
        onTag={(add, remove) => deeds.tag([customer.id], add, remove)}
      />
      <DeleteDialog open={asked === "delete"} count={1} onClose={() => setAsked(null)} onDelete={actions.deleteNow} />
    </Page>
  );
}

const IDENTITY: readonly Field[] = ["gender", "birth_date", "document_type", "document_number", "document_expiry", "uscc"];
const CONTACT: readonly Field[] = ["mobile", "phones", "email", "division", "address"];
const WORK: readonly Field[] = ["occupation", "employer", "income", "assets"];
const BANK: readonly Field[] = ["risk_grade", "source", "owner", "branch"];
const NOTES: readonly Field[] = ["notes"];

/** What one wants to know at first sight. */
function HeadFacts({ customer, tags }: { customer: CustomerView; tags: readonly string[] }) {
  const { t } = useTranslation();
  const word = useChoiceWord();
  const known = useTags();
  const { kind, risk_grade: grade } = customer.values;
  return (
    <>
      {kind && <StatusPill>{word("kind", kind)}</StatusPill>}
      {customer.age !== null && <span>{t("customers.age", { count: customer.age })}</span>}
      {grade && <StatusPill tone="info">{word("risk_grade", grade)}</StatusPill>}
      {tags.flatMap((id) => {
        const tag = known.find((one) => one.id === id);
        return tag ? [<TagChip key={id} name={tag.name} colour={tag.colour} />] : [];
      })}
      <SyncPill mark={customer.sync} />
    </>
  );
}
