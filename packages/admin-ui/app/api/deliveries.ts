import type { Delivery, DeliveryWithAttempts, Destination } from "@bookend/client";
import { call } from "./http.ts";

/** Filters of deliveries, by the names of the API. */
export type DeliveryFilters = Readonly<Record<string, string | undefined>>;

/** Reads a page of deliveries. */
export async function readDeliveries(
  filters: DeliveryFilters,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ deliveries: readonly Delivery[]; next?: string }> {
  const query = { ...filters, cursor, page_size: 50 };
  const { value, detail } = await call<readonly Delivery[]>("GET", "/deliveries", { query, signal });
  return { deliveries: value, ...(typeof detail.next === "string" && { next: detail.next }) };
}

/** Reads a delivery with its attempts. */
export async function readDelivery(id: string, signal: AbortSignal): Promise<DeliveryWithAttempts> {
  return (await call<DeliveryWithAttempts>("GET", `/deliveries/${encodeURIComponent(id)}`, { signal })).value;
}

/** What the API can do with deliveries: send them again, cancel them, or make the next attempt of waiting ones now. */
export type DeliveryOperation = "replay" | "cancel" | "hasten";

/**
 * Changes deliveries; with `dryRun`, only returns how many would change. An empty filter selects all deliveries.
 */
export async function changeDeliveries(
  operation: DeliveryOperation,
  selection: { readonly ids: readonly (string | number)[] } | { readonly filter: DeliveryFilters },
  dryRun: boolean,
): Promise<number> {
  const isAll = "filter" in selection && Object.keys(selection.filter).length === 0;
  const body = { ...(isAll ? { all: true } : selection), dry_run: dryRun };
  return (await call<{ count: number }>("POST", `/deliveries/${operation}`, { body })).value.count;
}

/** Reads a page of destinations, sorted by name: all destinations, or only those in one of the given `states`. */
export async function readDestinations(
  { states, cursor }: { readonly states?: readonly Destination["state"][]; readonly cursor?: string | undefined },
  signal: AbortSignal,
): Promise<{ destinations: readonly Destination[]; next?: string }> {
  const query = { state: states?.join(","), cursor, page_size: 50 };
  const { value, detail } = await call<readonly Destination[]>("GET", "/destinations", { query, signal, exact: true });
  return { destinations: value, ...(typeof detail.next === "string" && { next: detail.next }) };
}

/** Resumes sending to a destination that is paused or disabled. */
export async function resumeDestination(name: string): Promise<void> {
  await call("POST", `/destinations/${encodeURIComponent(name)}/resume`);
}
