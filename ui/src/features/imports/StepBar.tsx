import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { STEPS, type Step } from "./draft";

interface StepBarProps {
  step: Step;
  reachable: (step: Step) => boolean;
  onStep: (step: Step) => void;
}

/** Where the import stands; steps that were done can be gone back to. */
export function StepBar(p: StepBarProps) {
  const { t } = useTranslation();
  const at = STEPS.indexOf(p.step);
  return (
    <nav aria-label={t("imports.steps")}>
      <ol className="lq-steps">
        {STEPS.map((step, index) => (
          <li key={step} className={index < at ? "lq-steps-done" : undefined}>
            <button
              type="button"
              aria-current={step === p.step ? "step" : undefined}
              disabled={step !== p.step && !p.reachable(step)}
              onClick={() => step !== p.step && p.onStep(step)}
            >
              <span className="lq-steps-mark" aria-hidden>
                {index < at ? <Check size={12} /> : index + 1}
              </span>
              {t(`imports.step_${step}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
