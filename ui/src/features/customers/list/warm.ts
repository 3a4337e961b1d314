import type { QueryClient } from "@tanstack/react-query";
import { askKnown } from "../../../ipc/records";
import { pageQuery } from "../../../kit/grid/useWindow";
import { questionOf } from "./question";
import { useList } from "./state";

/** Asks for what the list shows first. */
export const warm = (client: QueryClient): Promise<unknown> =>
  Promise.all([client.prefetchQuery(pageQuery(questionOf(useList.getState()), 0)), askKnown(client)]);
