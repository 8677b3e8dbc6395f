import { Paper, SegmentedControl, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { bindingsQuery } from "../api/bindings.ts";
import { useRights } from "../api/rights.ts";
import { readStats } from "../api/stats.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { Page } from "../parts/page.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { Attention } from "./attention.tsx";
import { sum } from "./sum.ts";

const Chart = lazy(() => import("./chart.tsx").then(({ Chart }) => ({ default: Chart })));

const hoursOffered = [1, 24, 168] as const;

/** Statistics of the chosen period, and everything that needs attention. */
export function OverviewPage() {
  const { t, number, time } = useTranslation();
  const { has, may } = useRights();
  const navigate = useNavigate();
  const { hours = 24 } = useSearch({ from: "/overview" });
  const counted = has("audit") && may("audit:read");
  const stats = useQuery({
    queryKey: ["stats", hours],
    queryFn: ({ signal }) => readStats({ hours, buckets: 24 }, signal),
    enabled: counted,
    refetchInterval: 30_000,
  });
  const bindings = useQuery(bindingsQuery);
  const names = new Map(bindings.data?.map(({ id, name }) => [id, name]));
  const busiest = (stats.data?.bindings ?? [])
    .map(({ id, runs, failures, last_run: lastRun, deleted }) => ({
      id,
      runs: sum(runs),
      failures: sum(failures),
      lastRun,
      deleted,
    }))
    .filter(({ runs }) => runs > 0)
    .sort((one, other) => other.failures - one.failures || other.runs - one.runs)
    .slice(0, 10);
  const figures = stats.data && [
    { label: t("Calls"), value: sum(stats.data.calls) },
    { label: t("Failed calls"), value: sum(stats.data.failed_calls), bad: true },
    { label: t("Actions"), value: sum(stats.data.bindings.map(({ runs }) => sum(runs))) },
    { label: t("Failed actions"), value: sum(stats.data.bindings.map(({ failures }) => sum(failures))), bad: true },
  ];
  return (
    <Page
      title={t("Overview")}
      lead={t("What happened, and what needs your attention.")}
      actions={
        counted && (
          <SegmentedControl
            aria-label={t("Period")}
            data={hoursOffered.map((one) => ({
              value: String(one),
              label: one === 1 ? t("1 hour") : one === 24 ? t("24 hours") : t("7 days"),
            }))}
            value={String(hours)}
            onChange={(picked) => void navigate({ to: "/overview", search: { hours: Number(picked) }, replace: true })}
          />
        )
      }
    >
      <div className="bk-stack">
        <Attention
          bindings={bindings.data}
          // a deleted binding cannot be repaired
          failing={busiest.filter(({ failures, deleted }) => failures > 0 && !deleted)}
          sources={counted ? [bindings, stats] : [bindings]}
        />
        {counted && stats.isPending && <Loading />}
        {stats.isError && <Failed error={stats.error} retry={() => void stats.refetch()} />}
        {figures && (
          <ul className="bk-figures">
            {figures.map(({ label, value, bad }) => (
              <li key={label} data-bad={(bad && value > 0) || undefined}>
                <strong>{number(value)}</strong>
                <span>{label}</span>
              </li>
            ))}
          </ul>
        )}
        {stats.data && (
          <Paper withBorder component="section" className="bk-section" aria-label={t("Calls")}>
            <Title order={2} size="h4">
              {t("Calls")}
            </Title>
            <Suspense fallback={<Loading />}>
              <Chart stats={stats.data} />
            </Suspense>
          </Paper>
        )}
        {busiest.length > 0 && (
          <Paper withBorder component="section" className="bk-section bk-scroll" aria-label={t("Bindings that ran")}>
            <Title order={2} size="h4">
              {t("Bindings that ran")}
            </Title>
            <table className="bk-plain-table">
              <thead>
                <tr>
                  <th scope="col">{t("Name")}</th>
                  <th scope="col">{t("Runs")}</th>
                  <th scope="col">{t("Failures")}</th>
                  <th scope="col">{t("Last run")}</th>
                </tr>
              </thead>
              <tbody>
                {busiest.map(({ id, runs, failures, lastRun, deleted }) => (
                  <tr key={id}>
                    <th scope="row">
                      {deleted ? (
                        `${t("Binding {id}", { id })} (${t("deleted")})`
                      ) : (
                        <Link to="/bindings/$id" params={{ id: String(id) }}>
                          {names.get(id) ?? t("Binding {id}", { id })}
                        </Link>
                      )}
                    </th>
                    <td>{number(runs)}</td>
                    <td>{number(failures)}</td>
                    <td>{lastRun ? time(lastRun) : "—"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Paper>
        )}
      </div>
    </Page>
  );
}
