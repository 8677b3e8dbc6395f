import { Select, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Binding, bindingsQuery } from "../api/bindings.ts";
import { descriptionsQuery } from "../api/describe.ts";
import { orderBindings } from "../api/order.ts";
import { useRights } from "../api/rights.ts";
import { useTranslation } from "../i18n/i18n.ts";
import { useNotify } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { CallPicture } from "./call-picture.tsx";
import { precedes, reorder } from "./reorder.ts";

/** The flow of calls of one event: what runs before and after the API. */
export function EventPage() {
  const { t } = useTranslation();
  const { may } = useRights();
  const notify = useNotify();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { event } = useParams({ strict: false });
  const descriptions = useQuery(descriptionsQuery);
  const query = useQuery(bindingsQuery);
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const binding of query.data ?? []) {
      for (const name of binding.event) found.set(name, (found.get(name) ?? 0) + 1);
    }
    return found;
  }, [query.data]);
  const chosen = event ?? [...counts.keys()].sort()[0];
  const bindings = useMemo(
    () =>
      (query.data ?? [])
        .filter((binding) => chosen !== undefined && binding.event.includes(chosen))
        .sort((one, other) => (precedes(one, other) ? -1 : 1)),
    [query.data, chosen],
  );
  const names = [...new Set([...(descriptions.data?.events.map(({ name }) => name) ?? []), ...counts.keys()])].sort();

  const move = async (sequence: readonly Binding[], moved: Binding) => {
    const changes = reorder(sequence, moved.id);
    if (changes.length === 0) return;
    const byId = new Map(changes.map(({ id, ordering }) => [id, ordering]));
    client.setQueryData<readonly Binding[]>(["bindings"], (all) =>
      all?.map((binding) => ({ ...binding, ordering: byId.get(binding.id) ?? binding.ordering })),
    );
    try {
      await orderBindings(changes);
      notify.done(t("“{name}” was moved.", { name: moved.name }));
    } catch (error) {
      notify.failed(error);
    }
    await client.invalidateQueries({ queryKey: ["bindings"] });
  };

  return (
    <Page
      title={chosen === undefined ? t("Events") : chosen}
      lead={t("The flow of a call: what runs before and after it, in this order.")}
      actions={
        <Select
          aria-label={t("Event")}
          searchable
          limit={200}
          allowDeselect={false}
          data={names.map((name) => ({
            value: name,
            label: counts.has(name) ? `${name} (${counts.get(name)})` : name,
          }))}
          value={chosen ?? null}
          onChange={(name) => name && void navigate({ to: "/events/$event", params: { event: name } })}
        />
      }
    >
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && chosen === undefined && (
        <Empty title={t("There are no bindings yet")}>
          <Text c="dimmed">{t("Choose an event to see what could run before and after it.")}</Text>
        </Empty>
      )}
      {query.isSuccess && chosen !== undefined && (
        <CallPicture event={chosen} bindings={bindings} writes={may("bindings:write")} onMove={move} />
      )}
    </Page>
  );
}
