import type { AuditCall, AuditEntry, Verification } from "@bookend/client";
import { call, open } from "./http.ts";

/** A page of the audit log. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next?: number;
}

/** Filters of the audit log, by the names of the API. */
export type AuditFilters = Readonly<Record<string, string | undefined>>;

/** Reads a page of the audit log, the newest entries first. */
export async function readAudit(
  filters: AuditFilters,
  cursor: number | undefined,
  signal: AbortSignal,
): Promise<AuditPage> {
  const query = { ...filters, cursor, page_size: 50 };
  const { value, detail } = await call<readonly AuditEntry[]>("GET", "/audit", { query, signal });
  return { entries: value, ...(typeof detail.next === "number" && { next: detail.next }) };
}

/** Reads a call with everything that it triggered. */
export async function readAuditCall(id: string, signal: AbortSignal): Promise<AuditCall> {
  return (await call<AuditCall>("GET", `/audit/calls/${encodeURIComponent(id)}`, { signal })).value;
}

/** Reads the state of the last verification, which may still be running. */
export async function readVerification(signal: AbortSignal): Promise<Verification> {
  return (await call<Verification>("GET", "/audit/verification", { signal })).value;
}

/** Starts a verification, unless one is running, and returns its state. */
export async function startVerification(): Promise<Verification> {
  return (await call<Verification>("POST", "/audit/verification")).value;
}

/** Reads the matching entries as CSV. */
export async function readCsv(filters: AuditFilters): Promise<Blob> {
  return (await open("GET", "/audit/csv", { query: filters })).blob();
}
