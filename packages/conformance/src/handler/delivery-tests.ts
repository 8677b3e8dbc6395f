import { deepEqual, equal, ok } from "node:assert/strict";
import type { Delivery, Handler, JsonValue, Sender, SendResult } from "@bookend/core";
import { inTime } from "../deadline.js";
import type { HandlerTest } from "./handler-test.js";
import { keepingOutbox, runUse, sendsAnything, type TestBed, type Use } from "./test-bed.js";

/** Longest time that one attempt to send may take, in milliseconds. */
const sendTimeoutMs = 8_000;

/** Tests that deliveries can be stored, sent by another process and sent again. */
export const deliveryTests: readonly HandlerTest[] = [
  {
    name: "declares the deliveries that it submits",
    run: (bed) => neverFails(bed, "DELIVERY_UNKNOWN", "submits a delivery that is not among the handler's deliveries"),
  },
  {
    name: "submits deliveries that are JSON",
    async run(bed) {
      await neverFails(bed, "DELIVERY_INVALID", "submits a payload that is not JSON", true);
      await eachDelivery(bed, ({ payload }, use) => {
        deepEqual(JSON.parse(JSON.stringify(payload)), payload, `${use.action}: the payload does not survive JSON`);
      });
    },
  },
  {
    name: "sends deliveries in another process: a payload contains everything that its sender needs",
    async run(bed) {
      const { handler: other } = await bed.again();
      await eachDelivery(bed, async (delivery, use) => {
        const result = await sendWith(other, delivery);
        equal(result.status, "sent", `${use.action}: a new instance of the handler did not send the stored delivery`);
      });
    },
  },
  {
    name: "returns valid results of sending",
    async run(bed) {
      for (const refusing of [false, true]) {
        if (refusing) for (const peer of Object.values(bed.peers)) peer.refuse?.();
        await eachDelivery(bed, async (delivery, use) => {
          const result: unknown = await sendWith(bed.handler, delivery).catch(() => ({ status: "failed", reason: "" }));
          ok(
            isSendResult(result),
            `${use.action}: the sender returned something else. Allowed: { status: "sent" }, { status: "failed", reason }`,
          );
        });
      }
    },
  },
  {
    name: "sends a delivery with the same identifier in all attempts",
    async run(bed) {
      await eachDelivery(bed, async (delivery, use) => {
        const before = new Map(Object.entries(bed.peers).map(([name, { received = [] }]) => [name, received.length]));
        await sendWith(bed.handler, delivery, 1);
        await sendWith((await bed.again()).handler, delivery, 2);
        for (const [name, { identities }] of Object.entries(bed.peers)) {
          const seen = identities?.().slice(before.get(name) ?? 0) ?? [];
          if (seen.length === 0) continue;
          ok(
            seen.every((identity) => identity !== undefined),
            `${use.action}: ${name} cannot recognize a repeated delivery. Allowed: an identifier made from delivery.id`,
          );
          equal(
            new Set(seen).size * 2,
            seen.length,
            `${use.action}: ${name} received a different identifier in the second attempt`,
          );
        }
      });
    },
  },
  {
    name: "sends different deliveries with different identifiers",
    async run(bed) {
      for (const use of bed.uses) {
        const submitted = [...(await deliveriesOf(bed, use)), ...(await deliveriesOf(bed, use))];
        const before = new Map(Object.entries(bed.peers).map(([name, { received = [] }]) => [name, received.length]));
        for (const delivery of submitted) await sendWith(bed.handler, delivery);
        for (const [name, { identities }] of Object.entries(bed.peers)) {
          const seen = (identities?.().slice(before.get(name) ?? 0) ?? []).filter((identity) => identity !== undefined);
          equal(
            new Set(seen).size,
            seen.length,
            `${use.action}: ${name} received the same identifier for two deliveries`,
          );
        }
      }
    },
  },
  {
    name: "stops sending when the signal aborts",
    async run(bed) {
      const submitted: [Delivery, Use][] = [];
      await eachDelivery(bed, (delivery, use) => void submitted.push([delivery, use]));
      for (const peer of Object.values(bed.peers)) peer.hold?.();
      for (const [delivery, use] of submitted) {
        const abort = new AbortController();
        const sending = Promise.resolve(
          senderOf(bed.handler, delivery)(delivery, { signal: abort.signal, attempt: 1 }),
        );
        const ended = sending.then(
          () => undefined,
          () => undefined,
        );
        setImmediate(() => abort.abort(new Error("the test aborts")));
        await inTime(ended, `sending of ${use.action}, whose signal was aborted,`, 2_000);
      }
    },
  },
];

/** Returns the deliveries that an action submits to a durable outbox. */
async function deliveriesOf(bed: TestBed, use: Use): Promise<readonly Delivery[]> {
  if (!sendsAnything(bed.handler, use)) return [];
  const { outbox, deliveries } = keepingOutbox();
  await runUse(bed, use, { outbox });
  // as a store would return it
  return deliveries.map((delivery) => ({ ...delivery, payload: JSON.parse(JSON.stringify(delivery.payload)) }));
}

async function eachDelivery(bed: TestBed, see: (delivery: Delivery, use: Use) => Promise<void> | void): Promise<void> {
  for (const use of bed.uses) for (const delivery of await deliveriesOf(bed, use)) await see(delivery, use);
}

async function neverFails(bed: TestBed, code: string, what: string, durable = false): Promise<void> {
  for (const use of bed.uses) {
    if (durable && !sendsAnything(bed.handler, use)) continue;
    const run = await runUse(bed, use, durable ? { outbox: keepingOutbox().outbox } : {});
    ok(run.entry?.error?.code !== code, `${use.action} ${what}`);
  }
}

function senderOf(handler: Handler, { kind }: Delivery): Sender<JsonValue> {
  const found = (handler.deliveries ?? []).find(({ name }) => `${handler.id}/${name}` === kind);
  ok(found, `${kind} is not among the deliveries of the handler`);
  return found.send;
}

async function sendWith(handler: Handler, delivery: Delivery, attempt = 1): Promise<SendResult> {
  const signal = AbortSignal.timeout(sendTimeoutMs);
  return inTime(
    senderOf(handler, delivery)(delivery, { signal, attempt }),
    `sending ${delivery.kind}`,
    2 * sendTimeoutMs,
  );
}

function isSendResult(result: unknown): boolean {
  if (typeof result !== "object" || result === null || !("status" in result)) return false;
  if (result.status === "sent") return true;
  return result.status === "failed" && "reason" in result && typeof result.reason === "string";
}
