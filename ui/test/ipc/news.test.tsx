import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { makeClient } from "../../src/app/client";
import { setBackend } from "../../src/ipc/call";
import { listenForChanges } from "../../src/ipc/changes";
import type { JobView, TagView } from "../../src/ipc/contract";
import { makeFake } from "../../src/ipc/fake";
import { useJobStarted } from "../../src/ipc/jobs";
import { jobsQuery } from "../../src/ipc/queries";
import { tagsQuery } from "../../src/ipc/records";

function listening() {
  const fake = makeFake({ customers: 10, phase: "unlocked" });
  setBackend(fake);
  const client = makeClient();
  const wrapper = (p: { children: ReactNode }) => <QueryClientProvider client={client}>{p.children}</QueryClientProvider>;
  return { fake, client, wrapper, listen: () => listenForChanges(fake, client, () => undefined) };
}

const job = (state: JobView["state"]) => ({ id: "job-1", kind: "import", state, result: null }) as JobView;

describe("the change report", () => {
  it("x33: a change reaches a screen also while its first answer is on the way", async () => {
    const { fake, wrapper, listen } = listening();
    const stop = await listen();
    const answers: ((tags: TagView[]) => void)[] = [];
    fake.override("tags_list", () => new Promise<TagView[]>((done) => answers.push(done)) as never);
    const { result } = renderHook(() => useQuery(tagsQuery).data, { wrapper });
    await waitFor(() => expect(answers).toHaveLength(1));
    act(() => fake.emit("changed", { features: ["tags"] }));
    await waitFor(() => expect(answers).toHaveLength(2));
    const [tag] = fake.store.tags;
    await act(async () => {
      answers[1]?.([{ ...tag, name: "新名称" } as TagView]);
      answers[0]?.([{ ...tag, name: "旧名称" } as TagView]);
    });
    await waitFor(() => expect(result.current?.[0]?.name).toBe("新名称"));
    stop();
  });
});

describe("a job that has just begun", () => {
  it("x1: is shown at once", () => {
    const { client, wrapper } = listening();
    const { result } = renderHook(() => useJobStarted(), { wrapper });
    act(() => result.current(job("running")));
    expect(client.getQueryData(jobsQuery.queryKey)).toEqual([job("running")]);
  });

  it("x1: stays ended when it ended before the answer to its start came", () => {
    const { client, wrapper } = listening();
    client.setQueryData(jobsQuery.queryKey, [job("done")]);
    const { result } = renderHook(() => useJobStarted(), { wrapper });
    act(() => result.current(job("running")));
    expect(client.getQueryData(jobsQuery.queryKey)).toEqual([job("done")]);
  });
});
