import type { ApiError, Commands } from "./bindings";

export type Command = keyof Commands;
export type Input<C extends Command> = Commands[C][0];
export type Output<C extends Command> = Commands[C][1];

/** News that the use cases send without being asked. */
export interface Events {
  /** Features whose records changed; their queries are read again. */
  changed: { features: string[] };
  /** A job moved on or ended. */
  jobs: unknown;
  /** The exchange with the server moved on. */
  sync: unknown;
  /** The store was locked, by the user, the clock or the system. */
  locked: unknown;
}
export type EventName = keyof Events;

/** What answers commands: the application's use cases, or the stand-in of the browser. */
export interface Backend {
  call: (command: Command, input: unknown) => Promise<unknown>;
  /** Listens; the answer stops. */
  listen: <E extends EventName>(event: E, handler: (payload: Events[E]) => void) => Promise<() => void>;
  /** Enlarges everything: 1 is the usual size. */
  zoom: (factor: number) => Promise<void>;
  /** Lets the user choose a file to read; its path, or null when called off. */
  chooseFile: (filter: { name: string; extensions: string[] }) => Promise<string | null>;
  /** Tells the paths of files that are dropped on the window; the answer stops. */
  onFilesDropped: (handler: (paths: string[]) => void) => Promise<() => void>;
  /** Whether the real use cases answer. */
  real: boolean;
}

/** A refused command, as an exception. Its `message` is the code, never prose. */
export class CommandError extends Error {
  readonly error: ApiError;
  constructor(error: ApiError) {
    super(error.code);
    this.name = "CommandError";
    this.error = error;
  }
}

const isApiError = (thrown: unknown): thrown is ApiError =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string";

/** The error of the contract in anything that was thrown. What is none is a fault of ours. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof CommandError) return thrown.error;
  return isApiError(thrown) ? thrown : { code: "internal" };
}
