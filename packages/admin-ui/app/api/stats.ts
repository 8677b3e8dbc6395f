import { call } from "./http.ts";

/** Statistics of the last hours. */
export interface Stats {
  readonly from: string;
  readonly to: string;
  readonly bucket_ms: number;
  readonly bindings: readonly {
    readonly id: number;
    readonly last_run?: string | null;
    readonly runs: readonly number[];
    readonly failures: readonly number[];
  }[];
  readonly calls: readonly number[];
  readonly failed_calls: readonly number[];
}

/** Statistics of the last hours, in that many parts of equal length. */
export async function readStats(
  { hours, buckets }: { readonly hours: number; readonly buckets: number },
  signal?: AbortSignal,
): Promise<Stats> {
  return (await call<Stats>("GET", "/stats", { query: { hours, buckets }, signal })).value;
}
