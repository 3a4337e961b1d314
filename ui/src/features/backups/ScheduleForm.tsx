import { Button, InputNumber, Segmented } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { BackupSchedule, Every } from "../../ipc/contract";
import { Entry } from "../../kit/form/Entry";
import { useEntries } from "../../kit/form/useEntries";
import { toast } from "../../kit/toast";
import { useSchedule } from "./queries";

const EVERY: readonly Every[] = ["off", "daily", "weekly"];
const KEEP_MAX = 60;

/** When this device is backed up by itself, where to, and how many stay. */
export function ScheduleForm({ schedule }: { schedule: BackupSchedule }) {
  const { t } = useTranslation();
  const ids = { every: useId(), keep: useId() };
  const form = useEntries({ folder: schedule.folder });
  const [every, setEvery] = useState(schedule.every);
  const [keep, setKeep] = useState(schedule.keep);
  const saving = useSchedule();
  const submit = (): void => {
    if (saving.isPending || form.missing("folder")) return;
    saving.mutate(
      { every, keep, folder: form.values.folder },
      {
        onSuccess: () => toast({ text: t("backups.schedule_saved") }),
        onError: (thrown) => form.refuse(asApiError(thrown), "folder"),
      },
    );
  };
  return (
    // Unlike a form that is all of its screen it does not take the focus: keys of the screen act until somebody types here.
    <form
      className="lq-entries lq-backups-schedule"
      aria-label={t("backups.schedule")}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="lq-entry lq-backups-entry">
        <span id={ids.every}>{t("backups.every")}</span>
        <Segmented
          aria-labelledby={ids.every}
          value={every}
          options={EVERY.map((value) => ({ value, label: t(`backups.every_${value}`) }))}
          onChange={setEvery}
        />
      </div>
      <Entry {...form.bind("folder")} label={t("backups.folder")} hint={t("backups.folder_hint")} />
      <div className="lq-entry lq-backups-entry">
        <span id={ids.keep}>{t("backups.keep")}</span>
        <InputNumber
          aria-labelledby={ids.keep}
          min={1}
          max={KEEP_MAX}
          precision={0}
          value={keep}
          onChange={(value) => setKeep(value ?? 1)}
        />
      </div>
      <Button htmlType="submit" loading={saving.isPending}>
        {t("backups.schedule_save")}
      </Button>
    </form>
  );
}
