import type { CustomerId } from "../../../ipc/contract";
import { NOTHING } from "../../../kit/grid/types";
import { DeleteDialog } from "../DeleteDialog";
import { selectedIds, useDeeds } from "../deeds";
import { TagDialog } from "../TagDialog";
import { useList } from "./state";

/** What was asked for; without ids it is about what is selected. */
export type Asked = { deed: "tag" | "delete"; ids?: readonly CustomerId[] } | null;

interface ListDialogsProps {
  asked: Asked;
  count: number;
  onClose: () => void;
}

/** The questions before a deed to one or many customers. */
export function ListDialogs({ asked, count, onClose }: ListDialogsProps) {
  const deeds = useDeeds();
  const ids = (): Promise<readonly CustomerId[]> => {
    const { query, selection } = useList.getState();
    return asked?.ids ? Promise.resolve(asked.ids) : selectedIds(query, selection);
  };
  const tag = async (add: string[], remove: string[]): Promise<boolean> => deeds.tag(await ids(), add, remove);
  const remove = async (): Promise<void> => {
    if (await deeds.remove(await ids())) useList.setState({ selection: NOTHING, active: null, at: -1 });
  };
  return (
    <>
      <TagDialog open={asked?.deed === "tag"} count={count} onClose={onClose} onTag={tag} />
      <DeleteDialog open={asked?.deed === "delete"} count={count} onClose={onClose} onDelete={remove} />
    </>
  );
}
