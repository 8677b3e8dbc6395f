import type { Stats } from "@bookend/client";
import { call } from "./http.ts";

/** Reads the statistics of the last `hours`, divided into `buckets` of equal length. */
export async function readStats(
  { hours, buckets }: { readonly hours: number; readonly buckets: number },
  signal?: AbortSignal,
): Promise<Stats> {
  return (await call<Stats>("GET", "/stats", { query: { hours, buckets }, signal })).value;
}
