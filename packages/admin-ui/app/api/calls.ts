import type { RecordedCallSummary } from "@bookend/client";
import { call } from "./http.ts";

/** A call that was recorded. */
export type RecordedCall = RecordedCallSummary;

/** Reads the newest recorded calls, at most 100. */
export async function readCalls(
  query: { readonly event?: string | undefined },
  signal?: AbortSignal,
): Promise<readonly RecordedCall[]> {
  return (await call<readonly RecordedCall[]>("GET", "/calls", { query: { ...query, page_size: 100 }, signal })).value;
}

/** Returns the user that a call is about, or else the caller, as one string; empty if neither is known. */
export function callerOf({ user, actor }: RecordedCall): string {
  if (user) return [user.login, user.realm].filter(Boolean).join("@");
  return actor ? [actor.name, actor.realm].filter(Boolean).join("@") : "";
}
