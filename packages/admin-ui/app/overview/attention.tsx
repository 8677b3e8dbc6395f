import { Paper, Title } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { readVerification } from "../api/audit.ts";
import { type Binding, checkBinding } from "../api/bindings.ts";
import { readDestinations } from "../api/deliveries.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Tag } from "../parts/tag.tsx";

/** The state of a query that the list depends on. */
type Source = Pick<UseQueryResult, "isPending" | "error">;

/** Everything that needs attention: broken and failing bindings, blocked destinations, a log that was tampered with. */
export function Attention({
  bindings: known,
  failing,
  sources,
}: {
  bindings: readonly Binding[] | undefined;
  failing: readonly { readonly id: number; readonly failures: number }[];
  /** The queries for `bindings` and `failing`. */
  sources: readonly Source[];
}) {
  const { t } = useTranslation();
  const { has, may } = useRights();
  const audited = has("audit") && may("audit:read");
  const sends = has("deliveries") && may("deliveries:read");
  const check = useQuery({
    queryKey: ["check all"],
    queryFn: ({ signal }) => checkBinding({}, signal),
    staleTime: 30_000,
  });
  const verification = useQuery({
    queryKey: ["verification"],
    queryFn: ({ signal }) => readVerification(signal),
    enabled: audited,
  });
  const destinations = useQuery({
    queryKey: ["destinations", "blocked"],
    queryFn: ({ signal }) => readDestinations({ states: ["paused", "disabled"] }, signal),
    enabled: sends,
  });
  const bindings = known ?? [];
  const asked: readonly Source[] = [
    check,
    ...sources,
    ...(audited ? [verification] : []),
    ...(sends ? [destinations] : []),
  ];
  // if something could not be read, it is unknown whether everything is in order
  const failures = new Set(asked.flatMap(({ error }) => (error ? [error.message] : [])));
  const pending = asked.some(({ isPending }) => isPending);
  const byId = new Map(bindings.map((binding) => [binding.id, binding]));
  const broken = new Set(
    (check.data ?? [])
      .filter(({ severity }) => severity !== "warning")
      .flatMap(({ field }) => {
        const id = /^binding (\d+): /.exec(field)?.[1];
        return id === undefined ? [] : [Number(id)];
      }),
  );
  const brokenActive = [...broken].filter((id) => byId.get(id)?.active);
  const blocked = destinations.data?.destinations ?? [];
  const link = (id: number): ReactNode => (
    <Link to="/bindings/$id" params={{ id: String(id) }}>
      {byId.get(id)?.name ?? t("Binding {id}", { id })}
    </Link>
  );
  const items: readonly { readonly key: string; readonly text: ReactNode }[] = [
    ...brokenActive.map((id) => ({
      key: `broken ${id}`,
      text: (
        <>
          {t("This binding has errors and does not run:")} {link(id)}
        </>
      ),
    })),
    ...failing.map(({ id, failures }) => ({
      key: `failing ${id}`,
      text: (
        <>
          {t("{failures, plural, one {# failure} other {# failures}}:", { failures })} {link(id)}
        </>
      ),
    })),
    ...blocked.map(({ name, state }) => ({
      key: `blocked ${name}`,
      text: (
        <Link to="/deliveries">
          {t(state === "disabled" ? "Sending to {name} is disabled." : "Sending to {name} is paused.", { name })}
        </Link>
      ),
    })),
    ...(verification.data?.state === "broken"
      ? [{ key: "chain", text: <Link to="/audit">{t("The audit log was tampered with.")}</Link> }]
      : []),
    ...(verification.data?.state === "failed"
      ? [{ key: "verification", text: <Link to="/audit">{t("The verification could not be completed.")}</Link> }]
      : []),
    ...(known && bindings.length === 0
      ? [{ key: "none", text: <Link to="/bindings">{t("There are no bindings yet: nothing runs.")}</Link> }]
      : []),
    ...[...failures].map((reason) => ({
      key: `unknown ${reason}`,
      text: t("Not everything could be checked: {reason}", { reason }),
    })),
  ];
  return (
    <Paper withBorder component="section" className="bk-section" aria-label={t("Needs attention")}>
      <Title order={2} size="h4">
        {t("Needs attention")}
      </Title>
      {pending && <p className="bk-hint">{t("Checking …")}</p>}
      {items.length === 0 && !pending && (
        <div className="bk-explained-top">
          <Tag kind="good">{t("Everything is in order")}</Tag>
          <span>{t("Nothing needs your attention.")}</span>
        </div>
      )}
      {items.length > 0 && (
        <ul className="bk-attention">
          {items.slice(0, 20).map(({ key, text }) => (
            <li key={key}>{text}</li>
          ))}
        </ul>
      )}
    </Paper>
  );
}
