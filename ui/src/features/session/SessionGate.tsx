import { useState } from "react";
import type { SessionView } from "../../ipc/contract";
import { Expired } from "./Expired";
import { FirstRun } from "./FirstRun";
import { GateHelp } from "./gateHelp";
import { Locked } from "./Locked";
import { SignIn } from "./SignIn";

/** What is shown while the store is not open: first run, sign-in, lock, a password that has to be changed. */
export default function SessionGate(p: { session: SessionView; onHelp: (topic: string) => void }) {
  return (
    <GateHelp value={p.onHelp}>
      <Phase session={p.session} />
    </GateHelp>
  );
}

function Phase({ session }: { session: SessionView }) {
  const [another, setAnother] = useState(false);
  switch (session.phase) {
    case "first_run":
      return <FirstRun />;
    case "signed_out":
      return another ? <FirstRun onBack={() => setAnother(false)} /> : <SignIn session={session} onAnother={() => setAnother(true)} />;
    case "locked":
      return <Locked session={session} />;
    case "unlocked":
      return <Expired />;
  }
}
