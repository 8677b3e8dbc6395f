import type { Delivery, DeliveryWithAttempts, Destination } from "@bookend/client";
import { call } from "./http.ts";

/** Filters of deliveries, by the names of the API. */
export type DeliveryFilters = Readonly<Record<string, string | undefined>>;

/** A page of deliveries. */
export async function readDeliveries(
  filters: DeliveryFilters,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ deliveries: readonly Delivery[]; next?: string }> {
  const query = { ...filters, cursor, page_size: 50 };
  const { value, detail } = await call<readonly Delivery[]>("GET", "/deliveries", { query, signal });
  return { deliveries: value, ...(typeof detail.next === "string" && { next: detail.next }) };
}

/** A delivery with its attempts. */
export async function readDelivery(id: string, signal: AbortSignal): Promise<DeliveryWithAttempts> {
  return (await call<DeliveryWithAttempts>("GET", `/deliveries/${encodeURIComponent(id)}`, { signal })).value;
}

/** Sends deliveries again, or cancels them; with `dryRun`, says how many that would be. */
export async function changeDeliveries(
  operation: "replay" | "cancel",
  selection: { readonly ids: readonly (string | number)[] } | { readonly filter: DeliveryFilters },
  dryRun: boolean,
): Promise<number> {
  const body = { ...selection, dry_run: dryRun };
  return (await call<{ count: number }>("POST", `/deliveries/${operation}`, { body })).value.count;
}

/** Where deliveries go. */
export async function readDestinations(signal: AbortSignal): Promise<readonly Destination[]> {
  return (await call<readonly Destination[]>("GET", "/destinations", { signal, exact: true })).value;
}

/** Goes on sending to a destination that was paused. */
export async function resumeDestination(name: string): Promise<void> {
  await call("POST", `/destinations/${encodeURIComponent(name)}/resume`);
}
