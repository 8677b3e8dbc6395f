import { call } from "./http.ts";

/** A call that was recorded. */
export interface RecordedCall {
  readonly id: string;
  readonly event: string;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly user?: string;
  readonly actor?: string;
  readonly client?: string;
  readonly success: boolean;
}

/** The newest recorded calls. */
export async function readCalls(
  query: { readonly event?: string | undefined },
  signal?: AbortSignal,
): Promise<readonly RecordedCall[]> {
  return (await call<readonly RecordedCall[]>("GET", "/calls", { query: { ...query, page_size: 100 }, signal })).value;
}
