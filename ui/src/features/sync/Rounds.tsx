import { useQuery } from "@tanstack/react-query";
import { Check, History, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { useErrorText } from "../../kit/ErrorText";
import { formatTime } from "../../kit/format/dates";
import { formatCount } from "../../kit/format/number";
import { StatusPill } from "../../kit/pills";
import { Empty, ErrorState, Loading } from "../../kit/states";
import { roundsQuery } from "./queries";

/** The rounds with the server, newest first. */
export function Rounds() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data, error, refetch } = useQuery(roundsQuery);
  if (error) return <ErrorState error={asApiError(error)} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) return <Empty icon={History} title={t("sync.rounds_empty")} />;
  return (
    <table className="lq-sync-table">
      <thead>
        <tr>
          <th scope="col">{t("sync.round_at")}</th>
          <th scope="col" className="lq-sync-number">
            {t("sync.round_took")}
          </th>
          <th scope="col" className="lq-sync-number">
            {t("sync.round_sent")}
          </th>
          <th scope="col" className="lq-sync-number">
            {t("sync.round_received")}
          </th>
          <th scope="col">{t("sync.round_result")}</th>
        </tr>
      </thead>
      <tbody>
        {data.map((round) => (
          <tr key={round.at}>
            <td className="lq-sync-when">{formatTime(round.at)}</td>
            <td className="lq-sync-number">{t("sync.seconds", { seconds: (round.took_ms / 1000).toFixed(1) })}</td>
            <td className="lq-sync-number">{formatCount(round.pushed)}</td>
            <td className="lq-sync-number">{formatCount(round.pulled)}</td>
            <td className="lq-sync-result">
              {round.error ? (
                <>
                  <StatusPill tone="warning" icon={TriangleAlert}>
                    {t("sync.round_failed")}
                  </StatusPill>
                  <span>{errorText({ code: round.error })}</span>
                </>
              ) : (
                <StatusPill tone="success" icon={Check}>
                  {t("sync.round_ok")}
                </StatusPill>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
