import { queryOptions } from "@tanstack/react-query";
import { call } from "../../ipc/call";

export const casesQuery = queryOptions({
  queryKey: ["cases", "list"],
  queryFn: () => call("cases_list"),
  // Whether a customer is here changes without a case being changed, so nothing reports it.
  refetchOnMount: "always",
});
