/** The bank's recovery key as this device knows it, and whether the user has looked at it. */
import type { RecoveryView } from "./contract";
import { useChangeSettings, useSession, useSettings } from "./queries";

export interface RecoveryNews extends RecoveryView {
  /** Neither this key nor this refusal was looked at. */
  unseen: boolean;
  /** Remembers that it was. */
  look: () => void;
}

/** Nothing while there is neither a key nor a refusal. */
export function useRecovery(): RecoveryNews | null {
  const recovery = useSession()?.recovery;
  const { seen } = useSettings();
  const { mutate } = useChangeSettings();
  const name = recovery?.refused ?? recovery?.fingerprint;
  if (!recovery || !name) return null;
  const mark = `recovery:${name}`.slice(0, 80);
  return { ...recovery, unseen: !seen.includes(mark), look: () => mutate({ seen: [...seen, mark] }) };
}
