import { Button, Drawer, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { changeDeliveries, type DeliveryFilters, type DeliveryOperation, readDeliveries } from "../api/deliveries.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { useFilters } from "../parts/use-filters.ts";
import { DeliveriesTable } from "./deliveries-table.tsx";
import { stateNames } from "./delivery-state.ts";
import { DeliveryView } from "./delivery-view.tsx";
import { Destinations } from "./destinations.tsx";
import { operationWords } from "./operation-words.ts";

/** Milliseconds after the last key press until deliveries are searched. */
const pauseMs = 300;

/** The deliveries of the outbox, by destination and individually. */
export function DeliveriesPage() {
  const { t } = useTranslation();
  const { may } = useRights();
  const notify = useNotify();
  const client = useQueryClient();
  const navigate = useNavigate();
  const address = useSearch({ from: "/deliveries" });
  const [shown, setShown] = useFilters(
    address,
    (search) => void navigate({ to: "/deliveries", search, replace: true }),
  );
  const { delivery, ...typed } = shown;
  // searched after a pause in typing; the buttons apply to all deliveries that match this search, listed or not
  const [searched] = useDebouncedValue(JSON.stringify(typed), pauseMs);
  const filters: DeliveryFilters = JSON.parse(searched);
  const [asked, setAsked] = useState<{ operation: DeliveryOperation; count: number }>();
  const query = useInfiniteQuery({
    queryKey: ["deliveries", filters],
    queryFn: ({ pageParam, signal }) => readDeliveries(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
  const found = query.data?.pages.flatMap(({ deliveries }) => deliveries) ?? [];
  const change = (changed: Readonly<Record<string, string | undefined>>) => {
    setAsked(undefined);
    const next = Object.entries({ ...shown, ...changed }).filter(([, value]) => value !== undefined && value !== "");
    setShown(Object.fromEntries(next));
  };
  const count = useMutation({
    mutationFn: (operation: DeliveryOperation) => changeDeliveries(operation, { filter: filters }, true),
    onSuccess: (number, operation) => setAsked({ operation, count: number }),
    onError: notify.failed,
  });
  const run = useMutation({
    mutationFn: (operation: DeliveryOperation) => changeDeliveries(operation, { filter: filters }, false),
    onSuccess: (number, operation) => {
      setAsked(undefined);
      notify.done(t(operationWords[operation].done, { number }));
      void client.invalidateQueries({ queryKey: ["destinations"] });
      return client.invalidateQueries({ queryKey: ["deliveries"] });
    },
    onError: notify.failed,
  });
  return (
    <Page
      title={t("Deliveries")}
      lead={t("Messages that are stored first and then sent by the outbox.")}
      actions={
        <>
          {may("deliveries:replay") && found.length > 0 && (
            <Button variant="default" loading={count.isPending} onClick={() => count.mutate("replay")}>
              {t("Send all of these again …")}
            </Button>
          )}
          {may("deliveries:replay") && found.some(({ state }) => state === "waiting") && (
            <Button variant="default" loading={count.isPending} onClick={() => count.mutate("hasten")}>
              {t("Try all of these now …")}
            </Button>
          )}
          {may("deliveries:cancel") && found.length > 0 && (
            <Button variant="default" loading={count.isPending} onClick={() => count.mutate("cancel")}>
              {t("Cancel all of these …")}
            </Button>
          )}
        </>
      }
    >
      <div className="bk-stack">
        {asked && (
          <div className="bk-bar" role="alert">
            <span>{t(operationWords[asked.operation].question, { count: asked.count })}</span>
            <Button
              size="compact-sm"
              disabled={asked.count === 0}
              loading={run.isPending}
              onClick={() => run.mutate(asked.operation)}
            >
              {t(operationWords[asked.operation].answer)}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setAsked(undefined)}>
              {t("Do nothing")}
            </Button>
          </div>
        )}
        <Destinations />
        <search className="bk-filters">
          <Select
            aria-label={t("State")}
            placeholder={t("Any state")}
            clearable
            data={Object.entries(stateNames).map(([value, name]) => ({ value, label: t(name) }))}
            value={typed.state ?? null}
            onChange={(state) => change({ state: state ?? undefined })}
          />
          <TextInput
            aria-label={t("Destination")}
            placeholder={t("Destination")}
            value={typed.destination ?? ""}
            onChange={({ currentTarget }) => change({ destination: currentTarget.value })}
          />
        </search>
        {query.isPending && <Loading />}
        {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && found.length === 0 && (
          <Empty
            title={Object.keys(filters).length === 0 ? t("There are no deliveries yet") : t("No matching deliveries")}
          >
            {Object.keys(filters).length === 0 && (
              <Text c="dimmed">{t("The messages of bindings that send through the outbox appear here.")}</Text>
            )}
            {Object.keys(filters).length === 0 && <Link to="/bindings">{t("All bindings")}</Link>}
          </Empty>
        )}
        {found.length > 0 && <DeliveriesTable deliveries={found} open={(id) => change({ delivery: id })} />}
        {query.hasNextPage && (
          <div className="bk-actions bk-center">
            <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("Show more")}
            </Button>
          </div>
        )}
      </div>
      <Drawer
        opened={delivery !== undefined}
        onClose={() => change({ delivery: undefined })}
        position="right"
        size="lg"
        title={t("Delivery")}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ "aria-label": t("Close") }}
      >
        {delivery !== undefined && <DeliveryView id={delivery} />}
      </Drawer>
    </Page>
  );
}
