import {
  type DeliveryFilter,
  type DeliverySelection,
  type DeliveryState,
  type DurableOutbox,
  problemMessage,
} from "@bookend/core";
import { ConfigError } from "@bookend/reference-config";
import { type Source, withServices } from "./source.js";

interface Selection extends Source {
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly destination?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** `deliveries list` */
export async function listDeliveries({ limit, ...selection }: Selection & { limit: string }): Promise<void> {
  const size = Number(limit);
  if (!/^\d{1,4}$/.test(limit) || size < 1 || size > 1_000) {
    throw new ConfigError(
      problemMessage(`${JSON.stringify(limit)} is not valid`, "an integer from 1 to 1000", "--limit"),
    );
  }
  const filter = filterOf(selection);
  const { deliveries } = await withServices(selection, ({ outbox }) => outbox.list(filter, { size }));
  for (const delivery of deliveries) console.log(JSON.stringify(delivery));
}

/** `deliveries show` */
export async function showDelivery(id: string, source: Source): Promise<void> {
  const found = await withServices(source, ({ outbox }) => outbox.get(id));
  if (!found)
    throw new ConfigError(
      problemMessage(`there is no delivery ${JSON.stringify(id)}`, 'an id that "deliveries list" shows', "<id>"),
    );
  console.log(JSON.stringify({ ...found.delivery, attempts: found.attempts }, undefined, 2));
}

/** `deliveries replay` */
export function replayDeliveries(ids: readonly string[], selection: Selection): Promise<void> {
  return change(ids, selection, (outbox, filter, options) => outbox.replay(filter, options), "to be sent again");
}

/** `deliveries cancel` */
export function cancelDeliveries(ids: readonly string[], selection: Selection): Promise<void> {
  return change(ids, selection, (outbox, filter, options) => outbox.cancel(filter, options), "cancelled");
}

async function change(
  ids: readonly string[],
  selection: Selection,
  apply: (
    outbox: DurableOutbox,
    filter: DeliveryFilter,
    options: { readonly dryRun: boolean },
  ) => Promise<DeliverySelection>,
  what: string,
): Promise<void> {
  const filter = filterOf(selection);
  // nothing given must not mean all
  if (ids.length === 0 && Object.values(filter).every((value) => value === undefined)) {
    throw new ConfigError("Specify ids, or --state, --kind or --destination.");
  }
  const { dryRun = false } = selection;
  const wanted = ids.length > 0 ? { ...filter, ids } : filter;
  const { count, ids: concerned } = await withServices(selection, ({ outbox }) => apply(outbox, wanted, { dryRun }));
  for (const id of concerned) console.log(id);
  console.error(`${count} ${count === 1 ? "delivery" : "deliveries"} ${dryRun ? "would be " : ""}${what}.`);
}

const states: readonly string[] = ["waiting", "sending", "sent", "dead", "cancelled"];

function filterOf({ state, kind, destination }: Selection): DeliveryFilter {
  if (state !== undefined && !states.includes(state)) {
    throw new ConfigError(problemMessage(`${JSON.stringify(state)} is not valid`, states.join(", "), "--state"));
  }
  return { states: state === undefined ? undefined : [state as DeliveryState], kind, destination };
}
