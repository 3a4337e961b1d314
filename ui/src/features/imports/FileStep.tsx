import { Button, Input, type InputRef } from "antd";
import { FolderOpen } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorText } from "../../kit/ErrorText";
import { formatCount } from "../../kit/format/number";
import { isComposing } from "../../kit/keys/dispatch";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { StatusPill } from "../../kit/pills";
import { Loading } from "../../kit/states";
import { changePath } from "./draft";
import { FileReading } from "./FileReading";
import { SampleTable } from "./SampleTable";
import type { Wizard } from "./useWizard";

/** Step 1: which file, and how it is read. */
export function FileStep({ wizard, onChoose }: { wizard: Wizard; onChoose: () => void }) {
  const { t } = useTranslation();
  const { file, reading, error } = wizard;
  return (
    <>
      <PathField wizard={wizard} onChoose={onChoose} />
      {reading && !file && <Loading label={t("imports.reading")} />}
      {file && !error && (
        <>
          <div className="lq-imports-found">
            <strong>{file.name}</strong>
            <StatusPill tone="info">{file.format.toUpperCase()}</StatusPill>
            <span>{t("imports.found", { count: file.rows, replace: { count: formatCount(file.rows) } })}</span>
            <span>{t("imports.found_columns", { count: file.columns.length })}</span>
          </div>
          <FileReading file={file} />
          <SampleTable file={file} />
        </>
      )}
    </>
  );
}

function PathField({ wizard, onChoose }: { wizard: Wizard; onChoose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const aria = useAriaKeys("imports.choose");
  const input = useRef<InputRef>(null);
  const { path } = wizard.draft;
  const [typed, setTyped] = useState(path);
  useEffect(() => setTyped(path), [path]);
  // Windows copies a path with quotes around it.
  const wanted = typed.trim().replace(/^"(.*)"$/, "$1");
  return (
    <div className={`lq-imports-file${wizard.file ? "" : " lq-imports-drop"}`}>
      <label htmlFor={id}>{t("imports.path")}</label>
      <div className="lq-imports-path">
        <Input
          id={id}
          ref={input}
          value={typed}
          spellCheck={false}
          status={wizard.error ? "error" : ""}
          aria-invalid={wizard.error ? true : undefined}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => wanted !== path && changePath(wanted)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.ctrlKey || isComposing(event.nativeEvent)) return;
            event.preventDefault();
            changePath(wanted);
          }}
        />
        <KeyTip title={t("imports.choose")} action="imports.choose">
          <Button
            type={wizard.file ? "default" : "primary"}
            icon={<FolderOpen size={14} aria-hidden />}
            onClick={onChoose}
            aria-keyshortcuts={aria}
          >
            {t("imports.choose")}
          </Button>
        </KeyTip>
      </div>
      <div id={`${id}-hint`}>
        {wizard.error ? <ErrorText error={wizard.error} /> : !wizard.file && <p className="lq-note">{t("imports.path_hint")}</p>}
      </div>
    </div>
  );
}
