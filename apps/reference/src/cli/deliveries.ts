import {
  type DeliveryChoice,
  type DeliveryFilter,
  type DeliveryRecord,
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
  readonly all?: boolean | undefined;
}

/** Runs `deliveries list`. */
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

/** Runs `deliveries show`. */
export async function showDelivery(id: string, source: Source): Promise<void> {
  const found = await withServices(source, ({ outbox }) => outbox.get(id));
  if (!found)
    throw new ConfigError(
      problemMessage(`there is no delivery ${JSON.stringify(id)}`, 'an id from "deliveries list"', "<id>"),
    );
  console.log(JSON.stringify({ ...found.delivery, attempts: found.attempts }, undefined, 2));
}

/** Runs `deliveries replay`. */
export function replayDeliveries(ids: readonly string[], selection: Selection): Promise<void> {
  return change(ids, selection, (outbox, which, options) => outbox.replay(which, options), {
    done: "will be sent again",
    wouldBe: "would be sent again",
    leftOut: (state) =>
      state === "waiting" || state === "sending"
        ? `it is ${state}; only a delivery that has ended can be sent again`
        : `it is ${state}, and its content has been deleted`,
  });
}

/** Runs `deliveries cancel`. */
export function cancelDeliveries(ids: readonly string[], selection: Selection): Promise<void> {
  return change(ids, selection, (outbox, which, options) => outbox.cancel(which, options), {
    done: "cancelled",
    wouldBe: "would be cancelled",
    leftOut: (state) => `it is ${state}, and has ended`,
  });
}

/** Runs `deliveries hasten`. */
export function hastenDeliveries(ids: readonly string[], selection: Selection): Promise<void> {
  return change(ids, selection, (outbox, which, options) => outbox.hasten(which, options), {
    done: "will be attempted now",
    wouldBe: "would be attempted now",
    leftOut: (state) =>
      state === "waiting"
        ? "it was submitted for a later time, or its destination is disabled"
        : `it is ${state}; only a waiting delivery can be attempted now`,
  });
}

/** How a command describes its effect on deliveries. */
interface Words {
  readonly done: string;
  readonly wouldBe: string;
  /** Returns the reason why the command does not change a delivery in this state. */
  readonly leftOut: (state: DeliveryState) => string;
}

/** Maximum number of skipped ids for which the command looks up and prints the reason. */
const mostExplained = 20;

async function change(
  ids: readonly string[],
  selection: Selection,
  apply: (
    outbox: DurableOutbox,
    which: DeliveryChoice,
    options: { readonly dryRun: boolean },
  ) => Promise<DeliverySelection>,
  { done, wouldBe, leftOut }: Words,
): Promise<void> {
  const filter = filterOf(selection);
  const { dryRun = false, all = false } = selection;
  const isSelective = ids.length > 0 || Object.values(filter).some((value) => value !== undefined);
  // without ids and filters, a command must not change all deliveries unless --all says so
  if (isSelective === all) throw new ConfigError("Specify either ids, --state, --kind or --destination, or --all.");
  const wanted = all ? "all" : ids.length > 0 ? { ...filter, ids } : filter;
  const { count, concerned, reasons } = await withServices(selection, async ({ outbox }) => {
    const { count, ids: concerned } = await apply(outbox, wanted, { dryRun });
    const left = [...new Set(ids)].filter((id) => !concerned.includes(id));
    const reasons: string[] = [];
    for (const id of left.slice(0, mostExplained)) {
      const found = await outbox.get(id);
      reasons.push(`${id}: ${reasonOf(found?.delivery, selection, leftOut)}`);
    }
    if (left.length > reasons.length) reasons.push(`… and ${left.length - reasons.length} more`);
    return { count, concerned, reasons };
  });
  for (const id of concerned) console.log(id);
  console.error(`${count} ${count === 1 ? "delivery" : "deliveries"} ${dryRun ? wouldBe : done}.`);
  for (const reason of reasons) console.error(reason);
  if (reasons.length > 0) process.exitCode = 1;
}

/** Returns the reason why a command did not change a delivery. */
function reasonOf(
  delivery: DeliveryRecord | undefined,
  { state, kind, destination }: Selection,
  leftOut: Words["leftOut"],
): string {
  if (delivery === undefined) return "there is no such delivery";
  const isOther =
    (state ?? delivery.state) !== delivery.state ||
    (kind ?? delivery.kind) !== delivery.kind ||
    (destination ?? delivery.destination) !== delivery.destination;
  return isOther ? "the options do not select it" : leftOut(delivery.state);
}

const states: readonly string[] = ["waiting", "sending", "sent", "dead", "cancelled"];

function filterOf({ state, kind, destination }: Selection): DeliveryFilter {
  if (state !== undefined && !states.includes(state)) {
    throw new ConfigError(problemMessage(`${JSON.stringify(state)} is not valid`, states.join(", "), "--state"));
  }
  return { states: state === undefined ? undefined : [state as DeliveryState], kind, destination };
}
