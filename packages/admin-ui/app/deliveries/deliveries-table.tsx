import type { Delivery } from "@bookend/client";
import { Paper } from "@mantine/core";
import { useTranslation } from "../i18n/i18n.ts";
import { Tag, type TagKind } from "../parts/tag.tsx";
import { stateName } from "./delivery-state.ts";

const kinds: Readonly<Record<string, TagKind>> = { sent: "good", dead: "bad", waiting: "post", sending: "warn" };

/** Deliveries, one per row; `open` shows a delivery with its attempts. */
export function DeliveriesTable({
  deliveries,
  open,
}: {
  readonly deliveries: readonly Delivery[];
  readonly open: (id: string) => void;
}) {
  const { t, time } = useTranslation();
  return (
    <Paper withBorder className="bk-section bk-scroll">
      <table className="bk-plain-table bk-rows">
        <thead>
          <tr>
            <th scope="col">{t("Created")}</th>
            <th scope="col">{t("State")}</th>
            <th scope="col">{t("Summary")}</th>
            <th scope="col">{t("Destination")}</th>
            <th scope="col">{t("Attempts")}</th>
            <th scope="col">{t("Binding")}</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((one) => (
            <tr key={one.id}>
              <td className="bk-nowrap">{time(one.created)}</td>
              <td>
                <Tag kind={kinds[one.state] ?? "plain"}>{stateName(one.state, t)}</Tag>
              </td>
              <td>
                <button type="button" className="bk-link" onClick={() => open(String(one.id))}>
                  {summaryOf(one)}
                </button>
              </td>
              <td>{one.destination}</td>
              <td data-label={t("Attempts")}>{one.attempt}</td>
              <td>{one.binding_name ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  );
}

function summaryOf({ summary, kind }: Delivery): string {
  if (typeof summary === "string" && summary !== "") return summary;
  return summary === undefined || summary === null || summary === "" ? kind : JSON.stringify(summary);
}
