import { Button, CloseButton, Select, Text, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useDeferredValue, useMemo } from "react";
import { listBindings } from "../api/bindings.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconPlus, IconSearch } from "../parts/icons.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { useFilters } from "../parts/use-filters.ts";
import { BindingCards } from "./binding-cards.tsx";
import { BindingTable } from "./binding-table.tsx";
import { type BindingFilters, filterRows, readBindingFilters, rowsOf } from "./filter-bindings.ts";
import { useBindingActions } from "./use-binding-actions.ts";
import { usePicked } from "./use-picked.ts";
import { useRuns } from "./use-runs.ts";

const BulkBar = lazy(() => import("./bulk-bar.tsx").then(({ BulkBar }) => ({ default: BulkBar })));

/** All bindings: found, switched, duplicated, deleted, one by one or several at once. */
export function BindingsPage() {
  const { t, language } = useTranslation();
  const { may } = useRights();
  const navigate = useNavigate();
  const address = useSearch({ strict: false });
  const inAddress = useMemo(() => readBindingFilters(address), [address]);
  const [filters, setFilters] = useFilters(
    inAddress,
    (search) => void navigate({ to: "/bindings", search, replace: true }),
  );
  const query = useQuery({ queryKey: ["bindings"], queryFn: ({ signal }) => listBindings(signal) });
  const rows = useMemo(() => rowsOf(query.data ?? [], language), [query.data, language]);
  const deferred = useDeferredValue(filters);
  const runs = useRuns();
  const shown = useMemo(() => filterRows(rows, deferred, runs), [rows, deferred, runs]);
  const picked = usePicked(shown);
  const actions = useBindingActions();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const writes = may("bindings:write");

  const change = (changed: { [Name in keyof BindingFilters]?: BindingFilters[Name] | undefined }) =>
    setFilters(readBindingFilters({ ...filters, ...changed }));
  const events = useMemo(() => distinct(rows.flatMap(({ binding }) => binding.event)), [rows]);
  const modules = useMemo(() => distinct(rows.map(({ binding }) => binding.handlermodule)), [rows]);
  const filtered = Object.keys(filters).some((name) => name !== "sort");

  return (
    <Page
      title={t("Bindings")}
      lead={t("Each binding runs an action before or after the calls of its events.")}
      actions={
        writes && (
          <Button
            renderRoot={(props) => <Link to="/bindings/$id" params={{ id: "new" }} {...props} />}
            leftSection={<IconPlus size={16} />}
          >
            {t("New binding")}
          </Button>
        )
      }
    >
      <search className="bk-filters">
        <TextInput
          className="bk-filter-search"
          aria-label={t("Search")}
          placeholder={t("Search name, event, module, condition …")}
          leftSection={<IconSearch size={16} />}
          value={filters.search ?? ""}
          onChange={({ currentTarget }) => change({ search: currentTarget.value })}
          rightSection={
            filters.search ? (
              <CloseButton size="sm" aria-label={t("Clear the search")} onClick={() => change({ search: undefined })} />
            ) : null
          }
        />
        <Select
          aria-label={t("Event")}
          placeholder={t("Any event")}
          data={events}
          value={filters.event ?? null}
          onChange={(event) => change({ event: event ?? undefined })}
          searchable
          clearable
          limit={200}
        />
        <Select
          aria-label={t("Module")}
          placeholder={t("Any module")}
          data={modules}
          value={filters.module ?? null}
          onChange={(module) => change({ module: module ?? undefined })}
          searchable
          clearable
          limit={200}
        />
        <Select
          aria-label={t("Position")}
          placeholder={t("Before and after")}
          data={[
            { value: "pre", label: t("Before the call") },
            { value: "post", label: t("After the call") },
          ]}
          value={filters.position ?? null}
          onChange={(position) => change({ position: position as "pre" | "post" | undefined })}
          clearable
        />
        <Select
          aria-label={t("State")}
          placeholder={t("Active or not")}
          data={[
            { value: "yes", label: t("Active") },
            { value: "no", label: t("Inactive") },
          ]}
          value={filters.active ?? null}
          onChange={(active) => change({ active: active as "yes" | "no" | undefined })}
          clearable
        />
      </search>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <Empty title={t("There are no bindings yet")}>
          <Text c="dimmed">
            {t("A binding says what happens when: for example, a mail after a token was enrolled.")}
          </Text>
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <div className="bk-count">
            <Text size="sm" c="dimmed" role="status">
              {filtered
                ? t("{shown, number} of {count, number} bindings", { shown: shown.length, count: rows.length })
                : t("{count, plural, one {# binding} other {# bindings}}", { count: rows.length })}
            </Text>
            {filtered && (
              <Button
                size="compact-sm"
                variant="subtle"
                onClick={() =>
                  change({
                    search: undefined,
                    event: undefined,
                    module: undefined,
                    position: undefined,
                    active: undefined,
                  })
                }
              >
                {t("Clear the filters")}
              </Button>
            )}
            {writes && picked.rows.length > 0 && (
              <Suspense>
                <BulkBar picked={picked} />
              </Suspense>
            )}
          </div>
          {shown.length === 0 && (
            <Empty title={t("No binding fits")}>
              <Text c="dimmed">{t("Change or clear the filters.")}</Text>
            </Empty>
          )}
          {shown.length > 0 &&
            (narrow ? (
              <BindingCards rows={shown} runs={runs} picked={picked} actions={actions} writes={writes} />
            ) : (
              <BindingTable
                rows={shown}
                runs={runs}
                picked={picked}
                actions={actions}
                writes={writes}
                sort={filters.sort ?? "order"}
                onSort={(sort) => change({ sort: sort === "order" ? undefined : sort })}
              />
            ))}
        </>
      )}
    </Page>
  );
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
