import type { HeaderChanges } from "./header-changes.js";

/** All headers of a response at a point in time. */
export type HeaderSnapshot = Readonly<Record<string, number | string | readonly string[] | undefined>>;

/** The headers of a response that a framework is about to send, such as those of Node.js's `ServerResponse`. */
export interface HeaderStore {
  getHeaders(): HeaderSnapshot;
  setHeader(name: string, value: number | string | readonly string[]): unknown;
  removeHeader(name: string): unknown;
}

/** The headers with which a handler describes its body. */
const bodyHeaders = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-disposition",
  "content-range",
  "etag",
];

/** Headers that describe one particular body, and would be wrong for a changed body. */
const lengthHeaders = ["content-length", "content-encoding", "content-range", "etag"];

/** Returns the current headers of a response. */
export function snapshotHeaders(store: HeaderStore): HeaderSnapshot {
  const headers: Record<string, HeaderSnapshot[string]> = { ...store.getHeaders() };
  // a copy, since frameworks add cookies to the existing list
  for (const [name, value] of Object.entries(headers)) if (Array.isArray(value)) headers[name] = [...value];
  return headers;
}

/**
 * Returns the headers that have been set since a snapshot, except lists, such as two cookies, which actions cannot
 * change.
 */
export function headersSince(store: HeaderStore, before: HeaderSnapshot): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(store.getHeaders())) {
    if (value !== before[name] && (typeof value === "string" || typeof value === "number")) headers[name] = `${value}`;
  }
  return headers;
}

/** Restores the headers of a snapshot. */
export function restoreHeaders(store: HeaderStore, before: HeaderSnapshot): void {
  for (const name of Object.keys(store.getHeaders())) store.removeHeader(name);
  for (const [name, value] of Object.entries(before)) if (value !== undefined) store.setHeader(name, value);
}

/** Removes the headers that describe a body that will not be sent. */
export function forgetBody(store: Pick<HeaderStore, "removeHeader">): void {
  for (const name of bodyHeaders) store.removeHeader(name);
}

/** Removes the headers that no longer apply to a changed body: its length, its encoding, its ETag. */
export function forgetLength(store: Pick<HeaderStore, "removeHeader">): void {
  for (const name of lengthHeaders) store.removeHeader(name);
}

/** Applies the changes that `headerChanges` found. */
export function applyHeaders(store: HeaderStore, { remove, set }: HeaderChanges): void {
  for (const name of remove) store.removeHeader(name);
  for (const [name, value] of set) store.setHeader(name, value);
}
