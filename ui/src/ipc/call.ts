/** The one way to the use cases. */
import { asApiError, type Backend, type Command, CommandError, type Input, type Output } from "./backend";

let backend: Backend | undefined;

/** Sets what answers; once, before the first screen, and in tests. */
export function setBackend(answering: Backend): void {
  backend = answering;
}

export function getBackend(): Backend {
  if (!backend) throw new Error("no backend");
  return backend;
}

type Rest<C extends Command> = Input<C> extends null ? [] : [input: Input<C>];

/** Runs a command. Rejects with `CommandError`, whose `error` has a code, and a field when it is about one. */
export async function call<C extends Command>(command: C, ...[input]: Rest<C>): Promise<Output<C>> {
  try {
    return (await getBackend().call(command, input ?? null)) as Output<C>;
  } catch (thrown) {
    throw new CommandError(asApiError(thrown));
  }
}
