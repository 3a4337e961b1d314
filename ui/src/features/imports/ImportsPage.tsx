import "./imports.css";
import { Button } from "antd";
import { ArrowRight } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { getBackend } from "../../ipc/call";
import { useJob } from "../../ipc/jobs";
import { type Action, useActions } from "../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { useAddress } from "../../kit/navigation";
import { Page } from "../../kit/Page";
import { CheckStep, RunStep } from "./CheckStep";
import { changePath, changeStep, forgetDraft, useDraft } from "./draft";
import { FileStep } from "./FileStep";
import { History } from "./History";
import { MappingStep } from "./MappingStep";
import { JobPanel } from "./Report";
import { StepBar } from "./StepBar";
import { usable, useWizard, type Wizard } from "./useWizard";

/** Brings a list of customers in: file, columns, check, run; and what was brought in before. */
export default function ImportsPage() {
  const { t } = useTranslation();
  const [visited, leaveVisited] = useVisitedJob();
  const panel = useRef<HTMLDivElement>(null);
  const wizard = useWizard((column) => panel.current?.querySelectorAll<HTMLElement>("[role=combobox]")[column]?.focus());
  const choose = useChoosing(leaveVisited);
  const { step } = wizard.draft;
  useStepFocus(panel, visited ?? step);
  const next = (): void => {
    if (visited) {
      leaveVisited();
      forgetDraft();
    } else wizard.next();
  };
  useImportActions(next, choose);
  const settled = visited !== null || step === "file" || (step === "run" && wizard.ready);
  return (
    <Page
      title={t("imports.title")}
      toolbar={!visited && <StepBar step={step} reachable={wizard.reachable} onStep={changeStep} />}
      actions={<Buttons wizard={wizard} visited={visited !== null} onNext={next} />}
    >
      <div className="lq-imports-panel" ref={panel} tabIndex={-1}>
        {visited ? <VisitedJob id={visited} /> : <StepPanel wizard={wizard} onChoose={choose} />}
      </div>
      {settled && <History />}
    </Page>
  );
}

function StepPanel(p: { wizard: Wizard; onChoose: () => void }) {
  switch (p.wizard.draft.step) {
    case "file":
      return <FileStep wizard={p.wizard} onChoose={p.onChoose} />;
    case "mapping":
      return <MappingStep wizard={p.wizard} />;
    case "check":
      return <CheckStep wizard={p.wizard} />;
    case "run":
      return <RunStep wizard={p.wizard} />;
  }
}

function VisitedJob(p: { id: string }) {
  return <JobPanel job={useJob(p.id)} />;
}

/** Back, and the one way on, always in the same place. */
function Buttons(p: { wizard: Wizard; visited: boolean; onNext: () => void }) {
  const { t } = useTranslation();
  const aria = useAriaKeys("imports.next");
  const { draft, ready, busy, job, reading, file } = p.wizard;
  const step = p.visited ? "run" : draft.step;
  const failed = job?.state === "failed" || job?.state === "cancelled";
  const again = step === "check" && (job === null || failed);
  const label = again
    ? t("imports.next_check_again")
    : step === "check"
      ? job?.state === "done"
        ? t("imports.next_check", { count: usable(job) })
        : t("imports.step_run")
      : t(`imports.next_${step}`);
  const back = !p.visited && step !== "file" && (step !== "run" || failed);
  const open = p.visited || ready || again || (step === "mapping" && file !== undefined);
  return (
    <>
      {back && <Button onClick={p.wizard.back}>{t("imports.back")}</Button>}
      <KeyTip title={label} action="imports.next">
        <Button
          type={step === "run" ? "default" : "primary"}
          disabled={!open || (step === "file" && reading)}
          loading={busy && { delay: 150 }}
          onClick={p.onNext}
          aria-keyshortcuts={aria}
        >
          {label} {step !== "run" && <ArrowRight size={14} aria-hidden />}
        </Button>
      </KeyTip>
    </>
  );
}

/** The address may name a job, as the list of jobs does. The job of the present draft leads to its step instead. */
function useVisitedJob(): [string | null, () => void] {
  const [{ job }, setAddress] = useAddress<{ job?: string }>();
  const { check, run } = useDraft();
  const own = job !== undefined && (job === check || job === run);
  const leave = useCallback(() => setAddress({}), [setAddress]);
  useEffect(() => {
    if (!own) return;
    if (job === check) changeStep("check");
    leave();
  }, [own, job, check, leave]);
  return [job !== undefined && !own ? job : null, leave];
}

/** Choosing a file by the system's dialog, and dropping one on the window. */
function useChoosing(onChosen: () => void): () => void {
  const { t } = useTranslation();
  const take = useCallback(
    (path: string | null | undefined) => {
      if (!path) return;
      onChosen();
      changePath(path);
    },
    [onChosen],
  );
  useEffect(() => {
    const stop = getBackend().onFilesDropped(([path]) => take(path));
    return () => void stop.then((end) => end());
  }, [take]);
  return useCallback(
    () =>
      void getBackend()
        .chooseFile({ name: t("imports.file_kinds"), extensions: ["csv", "xlsx"] })
        .then(take),
    [t, take],
  );
}

function useImportActions(next: () => void, choose: () => void): void {
  const latest = useRef({ next, choose });
  latest.current = { next, choose };
  const actions = useMemo<Action[]>(
    () => [
      {
        id: "imports.next",
        labelKey: "imports.action_next",
        keys: ["Ctrl+Enter"],
        scope: "screen",
        aliases: "xiayibu xyb",
        run: () => latest.current.next(),
      },
      {
        id: "imports.choose",
        labelKey: "imports.action_choose",
        keys: ["Ctrl+O"],
        scope: "screen",
        aliases: "xuanze wenjian xzwj",
        run: () => latest.current.choose(),
      },
    ],
    [],
  );
  useActions(actions);
}

/** After a step the focus stands at its beginning, for the keyboard and for those who listen. */
function useStepFocus(panel: React.RefObject<HTMLDivElement | null>, step: string): void {
  const [first] = useState(step);
  const moved = useRef(false);
  useEffect(() => {
    moved.current ||= step !== first;
    if (moved.current) panel.current?.focus();
  }, [step, first, panel]);
}
