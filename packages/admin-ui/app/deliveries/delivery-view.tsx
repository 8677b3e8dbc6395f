import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { changeDeliveries, type DeliveryOperation, readDelivery } from "../api/deliveries.ts";
import { useRights } from "../api/rights.ts";
import { type Message, useTranslation } from "../i18n/i18n.ts";
import { shownValue } from "../parts/difference.tsx";
import { useNotify } from "../parts/notices.tsx";
import { Failed, Loading } from "../parts/states.tsx";

/** States after which nothing is sent unless the delivery is replayed. */
const ended = new Set(["sent", "dead", "cancelled"]);

const done: Readonly<Record<DeliveryOperation, Message>> = {
  replay: "The delivery is being sent again.",
  cancel: "The delivery was cancelled.",
  hasten: "The delivery is being attempted now.",
};

/** A delivery with its attempts. */
export function DeliveryView({ id }: { id: string }) {
  const { t, time } = useTranslation();
  const { may } = useRights();
  const notify = useNotify();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["delivery", id], queryFn: ({ signal }) => readDelivery(id, signal) });
  const change = useMutation({
    mutationFn: (operation: DeliveryOperation) => changeDeliveries(operation, { ids: [query.data?.id ?? id] }, false),
    onSuccess: (count, operation) => {
      if (count === 0)
        notify.failed(new Error(t("Nothing was done: the state of the delivery has changed in the meantime.")));
      else notify.done(t(done[operation]));
      return client.invalidateQueries();
    },
    onError: notify.failed,
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} />;
  const { attempts = [], ...delivery } = query.data;
  const shown = Object.entries(delivery).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <div className="bk-stack">
      <div className="bk-actions">
        {may("deliveries:replay") && ended.has(delivery.state) && (
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate("replay")}>
            {t("Send again")}
          </Button>
        )}
        {may("deliveries:replay") && delivery.state === "waiting" && (
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate("hasten")}>
            {t("Try now")}
          </Button>
        )}
        {may("deliveries:cancel") && !ended.has(delivery.state) && (
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate("cancel")}>
            {t("Cancel it")}
          </Button>
        )}
      </div>
      <dl className="bk-fields">
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{shownValue(value)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t("Attempts")}</h3>
      {attempts.length === 0 && <p className="bk-hint">{t("There has been no attempt yet.")}</p>}
      {attempts.length > 0 && (
        <table className="bk-plain-table">
          <thead>
            <tr>
              <th scope="col">{t("Attempt")}</th>
              <th scope="col">{t("Time")}</th>
              <th scope="col">{t("Duration")}</th>
              <th scope="col">{t("Outcome")}</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((one) => (
              <tr key={one.attempt}>
                <td>{one.attempt}</td>
                <td>{time(one.time)}</td>
                <td>{t("{ms} ms", { ms: Math.round(one.duration_ms) })}</td>
                <td>{[one.outcome, one.reason].filter(Boolean).join(": ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
