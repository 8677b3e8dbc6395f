import type { Delivery } from "@bookend/client";
import { Button, Drawer, Paper, Select, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import {
  changeDeliveries,
  type DeliveryFilters,
  type DeliveryOperation,
  readDeliveries,
  readDestinations,
  resumeDestination,
} from "../api/deliveries.ts";
import { useRights } from "../api/rights.ts";
import { type Message, type Translate, useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { ownValue } from "../parts/own-value.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Tag, type TagKind } from "../parts/tag.tsx";
import { useFilters } from "../parts/use-filters.ts";
import { visibleTurns } from "../parts/visible-turns.ts";
import { DeliveryView } from "./delivery-view.tsx";

const stateNames: Readonly<Record<string, Message>> = {
  waiting: "Waiting",
  sending: "Being sent",
  sent: "Sent",
  dead: "Given up",
  cancelled: "Cancelled",
};
const kinds: Readonly<Record<string, TagKind>> = { sent: "good", dead: "bad", waiting: "post", sending: "warn" };

/** The messages for each operation on all listed deliveries. */
const words: Readonly<Record<DeliveryOperation, { question: Message; answer: Message; done: Message }>> = {
  replay: {
    question: "{count, plural, one {# delivery} other {# deliveries}} would be sent again.",
    answer: "Send again",
    done: "{number, plural, one {# delivery is} other {# deliveries are}} sent again.",
  },
  cancel: {
    question: "{count, plural, one {# delivery} other {# deliveries}} would be cancelled.",
    answer: "Cancel them",
    done: "{number, plural, one {# delivery was} other {# deliveries were}} cancelled.",
  },
  hasten: {
    question: "{count, plural, one {# delivery} other {# deliveries}} would be tried now.",
    answer: "Try now",
    done: "{number, plural, one {# delivery is} other {# deliveries are}} tried now.",
  },
};

/** Milliseconds after the last key press until deliveries are searched. */
const pauseMs = 300;

/** The deliveries of the outbox, by destination and individually. */
export function DeliveriesPage() {
  const { t, time } = useTranslation();
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
  // not every key press causes a request, and the buttons apply to what is listed
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
      notify.done(t(words[operation].done, { number }));
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
            <span>{t(words[asked.operation].question, { count: asked.count })}</span>
            <Button
              size="compact-sm"
              disabled={asked.count === 0}
              loading={run.isPending}
              onClick={() => run.mutate(asked.operation)}
            >
              {t(words[asked.operation].answer)}
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
        {found.length > 0 && (
          <Paper withBorder className="bk-section bk-scroll">
            <table className="bk-plain-table bk-rows">
              <thead>
                <tr>
                  <th scope="col">{t("Created")}</th>
                  <th scope="col">{t("State")}</th>
                  <th scope="col">{t("What")}</th>
                  <th scope="col">{t("Destination")}</th>
                  <th scope="col">{t("Attempts")}</th>
                  <th scope="col">{t("Binding")}</th>
                </tr>
              </thead>
              <tbody>
                {found.map((one) => (
                  <tr key={one.id}>
                    <td className="bk-nowrap">{time(one.created)}</td>
                    <td>
                      <Tag kind={kinds[one.state] ?? "plain"}>{stateName(one.state, t)}</Tag>
                    </td>
                    <td>
                      <button type="button" className="bk-link" onClick={() => change({ delivery: String(one.id) })}>
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
        )}
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

function stateName(state: string, t: Translate): string {
  const name = ownValue(stateNames, state);
  return name ? t(name) : state;
}

function summaryOf({ summary, kind }: Delivery): string {
  if (typeof summary === "string" && summary !== "") return summary;
  return summary === undefined || summary === null || summary === "" ? kind : JSON.stringify(summary);
}

function Destinations() {
  const { t, time } = useTranslation();
  const { may } = useRights();
  const notify = useNotify();
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ["destinations", "pages"],
    queryFn: ({ pageParam, signal }) => readDestinations({ cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
  const found = query.data?.pages.flatMap(({ destinations }) => destinations) ?? [];
  const resume = useMutation({
    mutationFn: resumeDestination,
    onSuccess: (_value, name) => {
      notify.done(t("Sending to {name} has resumed.", { name }));
      return client.invalidateQueries({ queryKey: ["destinations"] });
    },
    onError: notify.failed,
  });
  if (found.length === 0) return null;
  return (
    <Paper withBorder component="section" className="bk-section bk-scroll" aria-label={t("Destinations")}>
      <Title order={2} size="h4">
        {t("Destinations")}
      </Title>
      <table className="bk-plain-table bk-destinations">
        <thead>
          <tr>
            <th scope="col">{t("Name")}</th>
            <th scope="col">{t("State")}</th>
            <th scope="col">{t("Waiting")}</th>
            <th scope="col">{t("Being sent")}</th>
            <th scope="col">{t("Failures")}</th>
            <th scope="col">{t("Oldest waiting")}</th>
            <th scope="col">
              <span className="bk-hidden">{t("More")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <tr key={one.name}>
              <th scope="row">{visibleTurns(one.name)}</th>
              <td>
                <Tag kind={one.state === "open" ? "good" : "bad"}>{one.state === "open" ? t("open") : t("paused")}</Tag>
              </td>
              <td>{one.waiting}</td>
              <td>{one.sending}</td>
              <td>{one.failures}</td>
              <td>{one.oldest_waiting ? time(one.oldest_waiting) : "—"}</td>
              <td>
                {one.state !== "open" && may("deliveries:replay") && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    loading={resume.isPending}
                    onClick={() => resume.mutate(one.name)}
                  >
                    {t("Resume")}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {query.hasNextPage && (
        <div className="bk-actions bk-center">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("Show more destinations")}
          </Button>
        </div>
      )}
    </Paper>
  );
}
