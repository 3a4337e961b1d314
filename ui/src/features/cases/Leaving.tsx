import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../kit/Dialog";

interface Leaving {
  /** Does what was asked for; when that gives up what was typed, only after a question. */
  leave: (then: () => void) => void;
  asking: boolean;
  question: ReactNode;
}

/** Keeps what was typed from being given up by a slip. */
export function useLeaving(dirty: boolean): Leaving {
  const { t } = useTranslation();
  const [next, setNext] = useState<{ run: () => void } | null>(null);
  const goOn = (): void => {
    setNext(null);
    next?.run();
  };
  return {
    leave: (then) => (dirty ? setNext({ run: then }) : then()),
    asking: next !== null,
    question: (
      <Dialog
        open={next !== null}
        title={t("cases.leave_title")}
        width={440}
        danger
        okText={t("cases.leave")}
        onOk={goOn}
        onClose={() => setNext(null)}
      >
        {t("cases.leave_text")}
      </Dialog>
    ),
  };
}
