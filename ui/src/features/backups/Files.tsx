import { Button } from "antd";
import { ArchiveRestore, CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { BackupFile, BackupsView } from "../../ipc/contract";
import { ErrorText, useErrorText } from "../../kit/ErrorText";
import { formatTime } from "../../kit/format/dates";
import { formatCount } from "../../kit/format/number";
import { StatusPill } from "../../kit/pills";
import { Empty, ErrorState } from "../../kit/states";
import { useVerify } from "./queries";
import { VerifyDialog } from "./VerifyDialog";

/** A length for people: megabytes with one digit. */
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(bytes < 100_000 ? 2 : 1)} MB`;

/** The backups in the folder, newest first. */
export function Files(p: { view: BackupsView; busy: boolean; onRestore: (path: string) => void }) {
  const { t } = useTranslation();
  const verifying = useVerify();
  const [asked, setAsked] = useState<string | null>(null);
  const { files, folder_error } = p.view;
  if (folder_error) return <ErrorState title={t("backups.folder_error")} error={{ code: folder_error }} />;
  if (files.length === 0) return <Empty icon={ArchiveRestore} title={t("backups.empty")} text={t("backups.empty_text")} />;
  const verify = (file: BackupFile): void => {
    if (file.known) verifying.mutate({ path: file.path, password: null });
    else setAsked(file.path);
  };
  return (
    <>
      <div className="lq-backups-scroll">
        <table className="lq-backups-table">
          <thead>
            <tr>
              <th scope="col">{t("backups.made_at")}</th>
              <th scope="col" className="lq-backups-number">
                {t("backups.size")}
              </th>
              <th scope="col" className="lq-backups-number">
                {t("backups.customers")}
              </th>
              <th scope="col">{t("backups.state")}</th>
              <th scope="col">
                <span className="lq-hidden">{t("backups.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <FileRow key={file.path} file={file} busy={p.busy} onVerify={() => verify(file)} onRestore={() => p.onRestore(file.path)} />
            ))}
          </tbody>
        </table>
      </div>
      {verifying.error && <ErrorText error={asApiError(verifying.error)} withCode />}
      <VerifyDialog path={asked} onClose={() => setAsked(null)} />
    </>
  );
}

function FileRow(p: { file: BackupFile; busy: boolean; onVerify: () => void; onRestore: () => void }) {
  const { t } = useTranslation();
  const { file } = p;
  const time = file.made_at === null ? file.name : formatTime(file.made_at);
  const usable = file.made_at !== null;
  return (
    <tr>
      <th scope="row" title={file.path}>
        {time}
        {usable && !file.own && <span className="lq-note"> {t("backups.other_device")}</span>}
      </th>
      <td className="lq-backups-number">{megabytes(file.bytes)}</td>
      <td className="lq-backups-number">{usable ? formatCount(file.customers) : ""}</td>
      <td>
        <FileState file={file} />
      </td>
      <td className="lq-backups-deeds">
        {usable && (
          <>
            <Button size="small" disabled={p.busy} aria-label={t("backups.verify_of", { time })} onClick={p.onVerify}>
              {t("backups.verify")}
            </Button>
            <Button size="small" disabled={p.busy} aria-label={t("backups.restore_of", { time })} onClick={p.onRestore}>
              {t("backups.restore")}
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}

function FileState({ file }: { file: BackupFile }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (file.error) {
    return (
      <StatusPill tone="danger" icon={TriangleAlert}>
        {errorText({ code: file.error })}
      </StatusPill>
    );
  }
  if (file.verified_at === null) return <StatusPill>{t("backups.unverified")}</StatusPill>;
  return (
    <StatusPill tone="success" icon={CircleCheck} title={formatTime(file.verified_at)}>
      {t("backups.verified")}
    </StatusPill>
  );
}
