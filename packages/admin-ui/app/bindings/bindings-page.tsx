import { Button, CloseButton, Text, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef } from "react";
import { bindingsQuery, firstBindingsQuery } from "../api/bindings.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { IconPlus, IconSearch } from "../parts/icons.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { useFilters } from "../parts/use-filters.ts";
import { usePainted } from "../parts/use-painted.ts";
import { BindingCards } from "./binding-cards.tsx";
import { loadMenu } from "./binding-menu.tsx";
import { BindingTable } from "./binding-table.tsx";
import { filterRows, readBindingFilters, rowsOf } from "./filter-bindings.ts";
import type { ChangeFilters } from "./filter-selects.tsx";
import { useBindingActions } from "./use-binding-actions.ts";
import { usePicked } from "./use-picked.ts";
import { useRuns } from "./use-runs.ts";

const FilterSelects = lazy(() =>
  import("./filter-selects.tsx").then(({ FilterSelects }) => ({ default: FilterSelects })),
);
const BulkBar = lazy(() => import("./bulk-bar.tsx").then(({ BulkBar }) => ({ default: BulkBar })));

/** Placeholder for the selects until they are loaded. */
const noSelects = ["event", "module", "position", "active"].map((name) => (
  <div key={name} className="bk-filter-place" />
));

/** All bindings: search, switch, duplicate and delete them, individually or several together. */
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
  const filtered = Object.keys(filters).some((name) => name !== "sort");
  const known = useQueryClient().getQueryData(bindingsQuery.queryKey) !== undefined;
  // with a filter or another order, all bindings are needed: the rows to show may not be among the first bindings
  const showsFirst = !(known || filtered || filters.sort !== undefined);
  const { data: first, isPending: awaitsFirst } = useQuery({ ...firstBindingsQuery, enabled: showsFirst });
  // thousands of bindings and their runs keep the server and the browser busy, so the first rows are painted first
  const painted = usePainted(!(showsFirst && awaitsFirst));
  const query = useQuery({ ...bindingsQuery, enabled: painted });
  const bindings = query.data ?? (showsFirst ? first?.bindings : undefined);
  const complete = bindings === query.data;
  const rows = useMemo(() => rowsOf(bindings ?? [], language), [bindings, language]);
  const count = complete ? rows.length : (first?.count ?? 0);
  const deferred = useDeferredValue(filters);
  const { shown: showsRuns, runs } = useRuns(painted);
  const shown = useMemo(() => filterRows(rows, deferred, runs), [rows, deferred, runs]);
  const picked = usePicked(shown);
  const actions = useBindingActions();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const writes = may("bindings:write");

  useEffect(() => {
    // if this fails, opening a menu later tries again
    if (painted) loadMenu().catch(() => undefined);
  }, [painted]);
  const latest = useRef(filters);
  latest.current = filters;
  // the same function in all renders, so that typing redraws the field, but not the table and the other filters
  const change = useCallback<ChangeFilters>(
    (changed) => {
      latest.current = readBindingFilters({ ...latest.current, ...changed });
      setFilters(latest.current);
    },
    [setFilters],
  );
  const sortBy = useCallback((sort: string) => change({ sort: sort === "order" ? undefined : sort }), [change]);

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
      {!(query.isSuccess && rows.length === 0) && (
        <search className="bk-filters">
          <TextInput
            className="bk-filter-search"
            aria-label={t("Search")}
            placeholder={t("Name, event, condition …")}
            leftSection={<IconSearch size={16} />}
            value={filters.search ?? ""}
            onChange={({ currentTarget }) => change({ search: currentTarget.value })}
            rightSection={
              filters.search ? (
                <CloseButton
                  size="sm"
                  aria-label={t("Clear the search")}
                  onClick={() => change({ search: undefined })}
                />
              ) : null
            }
          />
          <Suspense fallback={noSelects}>
            {painted ? (
              <FilterSelects
                rows={rows}
                event={filters.event}
                module={filters.module}
                position={filters.position}
                active={filters.active}
                change={change}
              />
            ) : (
              noSelects
            )}
          </Suspense>
        </search>
      )}
      {query.isPending && !bindings && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && (
        <Empty title={t("There are no bindings yet")}>
          <Text c="dimmed">
            {t(
              "A binding defines what happens and when: for example, that a mail is sent after a token has been enrolled.",
            )}
          </Text>
          {writes && (
            <div className="bk-actions">
              <Button
                variant="default"
                renderRoot={(props) => <Link to="/bindings/$id" params={{ id: "new" }} {...props} />}
              >
                {t("Add the first binding")}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link to="/transfer" {...props} />}>
                {t("Import a file")}
              </Button>
            </div>
          )}
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <div className="bk-count">
            <Text size="sm" c="dimmed" role="status">
              {filtered
                ? t("{shown, number} of {count, number} bindings", { shown: shown.length, count })
                : t("{count, plural, one {# binding} other {# bindings}}", { count })}
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
            <Empty title={t("No matching bindings")}>
              <Text c="dimmed">{t("Change or clear the filters.")}</Text>
            </Empty>
          )}
          {shown.length > 0 &&
            (narrow ? (
              <BindingCards rows={shown} runs={runs} picked={picked} actions={actions} writes={writes} />
            ) : (
              <BindingTable
                rows={shown}
                showsRuns={showsRuns}
                runs={runs}
                picked={picked}
                actions={actions}
                writes={writes}
                sort={filters.sort ?? "order"}
                onSort={sortBy}
              />
            ))}
        </>
      )}
    </Page>
  );
}
