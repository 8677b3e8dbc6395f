import { setImmediate, setTimeout } from "node:timers/promises";
import {
  type AnyDeliveryKind,
  type Delivery,
  type DurableOutbox,
  defaultRetryPolicy,
  type JsonValue,
  type Outcome,
  type Sender,
  type SendResult,
} from "@bookend/core";
import { onTestFinished } from "vitest";
import { generateOutboxKey, type OutboxOptions, openOutbox } from "../../src/index.js";
import type { StoreSchema } from "../../src/store-schema.js";
import { openTestStore } from "../fresh-store.js";

/** Keys for tests that do not depend on them. */
export const testKeys = [generateOutboxKey("test")];

/** Creates a clock that a test controls. */
export function testClock(start = Date.parse("2030-01-02T03:04:05Z")) {
  let time = start;
  return {
    clock: () => new Date(time),
    forward(ms: number) {
      time += ms;
    },
  };
}

/**
 * Creates a store with an outbox that searches for due deliveries every few milliseconds; both are closed when the test
 * ends.
 */
export async function openTestOutbox(
  url: string,
  kinds: Readonly<Record<string, AnyDeliveryKind>>,
  options: Partial<OutboxOptions<StoreSchema>> = {},
) {
  const { store, database } = await openTestStore(url);
  const outbox = openOutbox({ database, audit: store.audit, keys: testKeys, pollMs: 5, random: () => 0, ...options });
  outbox.register?.(new Map(Object.entries(kinds)));
  onTestFinished(() => outbox.close({ graceMs: 0 }));
  return { store, database, outbox };
}

/**
 * Creates a kind that stores its deliveries; it returns the results in this order, and then the last one repeatedly.
 */
export function recordingKind(
  results: readonly SendResult[] = [{ status: "sent" }],
  more: Partial<AnyDeliveryKind> = {},
) {
  const sent: { readonly delivery: Delivery; readonly attempt: number }[] = [];
  const send: Sender<JsonValue> = (delivery, { attempt }) => {
    const result = results[Math.min(sent.length, results.length - 1)] ?? { status: "sent" };
    sent.push({ delivery, attempt });
    return result;
  };
  return { kind: { name: "note", send, ...more }, sent };
}

/** Creates a delivery of the kind `Kit/note`. */
export function noteOf(id: string, more: Partial<Delivery> = {}): Delivery {
  return {
    id,
    kind: "Kit/note",
    version: 1,
    payload: { text: id },
    destination: "kit",
    summary: `note ${id}`,
    retry: defaultRetryPolicy,
    createdAt: new Date("2030-01-02T03:04:05Z"),
    callId: "call-1",
    event: "kit_call",
    bindingId: 1,
    bindingName: "kit",
    ...more,
  };
}

/** Submits a delivery outside any call. */
export async function submit(outbox: DurableOutbox, delivery: Delivery, kind: AnyDeliveryKind): Promise<Outcome> {
  return outbox.submit(delivery, { kind, signal: new AbortController().signal });
}

/** Waits for a condition, for ten seconds at most. */
export async function until(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await check()) return;
    await setTimeout(5);
    await setImmediate();
  }
  throw new Error(`${what} did not happen within 10 seconds`);
}
