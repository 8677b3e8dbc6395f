import { Button, Paper } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { readAuditCall } from "../api/audit.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { shownValue } from "../parts/difference.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";

/** A call, the actions that it triggered, and what they sent. */
export function AuditCallView({ id }: { id: string }) {
  const { t } = useTranslation();
  const { has, may } = useRights();
  const query = useQuery({ queryKey: ["audit call", id], queryFn: ({ signal }) => readAuditCall(id, signal) });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} />;
  const { call, actions, deliveries = [], deliveries_denied: denied } = query.data;
  return (
    <div className="bk-stack">
      {call && <EntryView entry={call} title={call.action} />}
      {has("calls") && may("calls:explain") && (
        <div>
          <Button variant="default" renderRoot={(props) => <Link to="/explain" search={{ call: id }} {...props} />}>
            {t("Explain this call")}
          </Button>
        </div>
      )}
      <h3>{t("Actions")}</h3>
      {actions.length === 0 && <p className="bk-hint">{t("The call did not trigger any actions.")}</p>}
      {actions.map((entry) => (
        <EntryView key={entry.number} entry={entry} title={entry.binding_name ?? entry.action} />
      ))}
      {denied && (
        <p className="bk-hint">
          {t("To see what the call sent, you need the right {right}.", { right: "deliveries:read" })}
        </p>
      )}
      {deliveries.length > 0 && <h3>{t("Deliveries")}</h3>}
      {deliveries.map((delivery) => (
        <EntryView key={String(delivery.id)} entry={delivery} title={String(delivery.summary ?? delivery.kind ?? "")} />
      ))}
    </div>
  );
}

function EntryView({ entry, title }: { entry: object; title: string }) {
  const { t } = useTranslation();
  const fields = Object.entries(entry).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const success: unknown = Reflect.get(entry, "success");
  return (
    <Paper withBorder className="bk-explained" component="article" aria-label={title}>
      <div className="bk-explained-top">
        {typeof success === "boolean" && (
          <Tag kind={success ? "good" : "bad"}>{success ? t("succeeded") : t("failed")}</Tag>
        )}
        <strong>{title}</strong>
      </div>
      <dl className="bk-fields">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{shownValue(value)}</dd>
          </div>
        ))}
      </dl>
    </Paper>
  );
}
