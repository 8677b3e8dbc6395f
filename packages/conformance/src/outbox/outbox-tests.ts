import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import {
  type AnyDeliveryKind,
  type Delivery,
  defaultRetryPolicy,
  type JsonValue,
  type Outbox,
  type Sender,
  type SendResult,
  type SubmitContext,
} from "@bookend/core";
import type { ConformanceTest } from "../conformance-test.js";
import { inTime } from "../deadline.js";
import { type Opened, storeTests } from "../stores/store-tests.js";

/** An outbox without deliveries. */
export type OpenedOutbox = Opened<{
  readonly outbox: Outbox;
  /** Resolves when everything that was submitted is sent or has failed permanently. */
  readonly settle: () => Promise<void> | void;
}>;

/** Longest time that a test waits for a second attempt, in milliseconds. */
const patienceMs = 20_000;

/** Returns the tests of an outbox. `open` creates an empty outbox for each test. */
export function outboxTests(open: () => Promise<OpenedOutbox> | OpenedOutbox): readonly ConformanceTest[] {
  return storeTests(open, {
    "sends submitted payloads unchanged": async ({ outbox, settle }) => {
      const { send, sent } = recording();
      outbox.register?.(kindsOf(send));
      const delivery = deliveryOf("1", { text: "Grüße 🙂", nested: [1, null, { a: true }] });
      const outcome = await outbox.submit(delivery, contextOf(send));
      equal(outcome.status, "done");
      await settle();
      deepEqual(
        sent.map(({ id, kind, payload, callId }) => ({ id, kind, payload, callId })),
        [{ id: "1", kind: "Kit/note", payload: delivery.payload, callId: "call-1" }],
      );
    },
    "sends each of a hundred concurrent submissions once": async ({ outbox, settle }) => {
      const { send, sent } = recording();
      outbox.register?.(kindsOf(send));
      const ids = Array.from({ length: 100 }, (_, index) => String(index));
      await Promise.all(ids.map(async (id) => outbox.submit(deliveryOf(id), contextOf(send))));
      await settle();
      deepEqual(sent.map(({ id }) => id).sort(), [...ids].sort());
    },
    "does not retry a permanent failure": async ({ outbox, settle }) => {
      const { send, sent } = recording({ status: "failed", reason: "no such user", permanent: true });
      outbox.register?.(kindsOf(send));
      await outbox.submit(deliveryOf("1"), contextOf(send));
      await settle();
      equal(sent.length, 1);
    },
    "keeps the same id in all attempts of a delivery": async ({ outbox, settle }) => {
      const { send, sent } = recording({ status: "failed", reason: "busy" }, { status: "sent" });
      outbox.register?.(kindsOf(send));
      const retry = { ...defaultRetryPolicy, scheduleMs: [1], jitter: 0 };
      const { status } = await outbox.submit({ ...deliveryOf("1"), retry }, contextOf(send));
      await settle();
      // an outbox that queued the delivery must retry it; one that sends immediately need not
      for (const end = Date.now() + patienceMs; status === "done" && sent.length < 2; await setTimeout(10)) {
        ok(Date.now() < end, `no second attempt came within ${patienceMs} ms`);
        await settle();
      }
      ok(sent.length >= 1 && sent.every(({ id }) => id === "1"));
    },
    "survives a sender that throws, and sends the next delivery": async ({ outbox, settle }) => {
      const { send, sent } = recording();
      const failing: Sender<JsonValue> = (delivery, context) => {
        if (delivery.id === "1") throw new Error("kit");
        return send(delivery, context);
      };
      outbox.register?.(kindsOf(failing));
      const submit = async (id: string) => outbox.submit(deliveryOf(id), contextOf(failing));
      await submit("1").catch(() => undefined);
      equal((await submit("2")).status, "done");
      await settle();
      deepEqual(
        sent.map(({ id }) => id),
        ["2"],
      );
    },
    "completes a submission whose signal is aborted": async ({ outbox }) => {
      const { send } = recording();
      outbox.register?.(kindsOf(send));
      const signal = AbortSignal.abort(new Error("the test aborts"));
      const ended = Promise.resolve(outbox.submit(deliveryOf("1"), contextOf(send, signal))).then(
        () => undefined,
        () => undefined,
      );
      await inTime(ended, "a submission whose signal is aborted");
    },
  });
}

/** Returns a sender that stores deliveries; it returns the results in this order, and then the last one repeatedly. */
function recording(...results: readonly SendResult[]) {
  const sent: Delivery[] = [];
  const send: Sender<JsonValue> = (delivery) => {
    const result = results[Math.min(sent.length, results.length - 1)] ?? { status: "sent" };
    sent.push(delivery);
    return result;
  };
  return { send, sent };
}

function kindsOf(send: Sender<JsonValue>): ReadonlyMap<string, AnyDeliveryKind> {
  return new Map([["Kit/note", { name: "note", send }]]);
}

function contextOf(send: Sender<JsonValue>, signal = new AbortController().signal): SubmitContext {
  return { kind: { name: "note", send }, signal };
}

function deliveryOf(id: string, payload: JsonValue = { text: id }): Delivery {
  return {
    id,
    kind: "Kit/note",
    version: 1,
    payload,
    destination: "kit",
    summary: `note ${id}`,
    retry: defaultRetryPolicy,
    createdAt: new Date("2030-01-02T03:04:05Z"),
    callId: "call-1",
    event: "kit_call",
    bindingId: 1,
    bindingName: "kit",
  };
}
