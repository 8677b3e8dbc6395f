import { createBookend, createCall, type Delivery, defaultRetryPolicy, memoryBindings } from "@bookend/core";
import { smsDestination, userNotification } from "@bookend/handler-usernotification";
import { webhook } from "@bookend/handler-webhook";
import { smppGateway } from "@bookend/messaging";
import { generateAuditKey, generateOutboxKey, openDatabase, openOutbox, openStore } from "@bookend/store-sql";
import { type Received, startReceiver } from "@bookend/test-kit/http-receiver";
import { smsCentre } from "@bookend/test-kit/sms-centre";
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";

const secret = `whsec_${Buffer.from("a secret of 24 bytes....").toString("base64")}`;

/**
 * The time of the outbox and of webhooks, which a test moves with `forward`. `Date` follows it, because the receiver
 * compares it with the time in a webhook's signature. Timers are real.
 */
let time = Date.now();
const clock = () => new Date(time);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  time = Date.now();
});

function forward(ms: number): void {
  time += ms;
  vi.setSystemTime(time);
}

async function host(handlers: Parameters<typeof createBookend>[0]["handlers"]) {
  const database = await openDatabase<object>({ url: "sqlite::memory:" });
  onTestFinished(() => database.close());
  const store = await openStore({ database, auditKey: generateAuditKey() });
  onTestFinished(() => store.close());
  const keys = [generateOutboxKey("test")];
  const outbox = openOutbox({ database, audit: store.audit, keys, pollMs: 5, clock, random: () => 0 });
  onTestFinished(() => outbox.close({ graceMs: 0 }));
  const bookend = createBookend({ handlers, bindings: memoryBindings(), audit: store.audit, outbox });
  await outbox.start();
  const tries = async (count: number) => {
    const [delivery] = (await outbox.list()).deliveries;
    const found = delivery && (await outbox.get(delivery.id));
    return found?.attempts.length === count ? found.delivery : undefined;
  };
  const afterTries = (count: number) =>
    vi.waitUntil(() => tries(count), { timeout: 10_000, interval: 5 }) as Promise<
      NonNullable<Awaited<ReturnType<typeof tries>>>
    >;
  return { bookend, outbox, afterTries };
}

/**
 * Makes a call whose webhook is delivered durably to a receiver. The receiver verifies each signature, and responds with
 * `answers` in turn, then with 204.
 */
async function postedTo(
  answers: readonly (readonly [status: number, headers?: Record<string, string>])[],
  more: Readonly<Record<string, string>> = {},
) {
  const verified: unknown[] = [];
  const receiver = await startReceiver((response) => {
    const { body, headers } = receiver.received.at(-1) as Received;
    verified.push(new Webhook(secret).verify(body, headers as Record<string, string>));
    const [status, more] = answers[receiver.received.length - 1] ?? [204];
    response.writeHead(status, more);
  });
  onTestFinished(() => receiver.stop());
  const opened = await host([webhook({ allow: ["127.0.0.1"], secrets: [secret], clock })]);
  await opened.bookend.bindings.add({
    name: "post",
    events: ["e"],
    handler: "WebHook",
    action: "post_webhook",
    delivery: "durable",
    options: { URL: receiver.url, content_type: "application/json", replace: false, data: '{"n":1}', ...more },
  });
  await opened.bookend.handle(createCall({ event: "e" }), () => ({ status: 200, body: {} }));
  return { ...opened, receiver, verified };
}

describe("a webhook that is delivered durably", () => {
  it("is attempted on its schedule, then replayed, with the same id and a valid signature each time", async () => {
    const failures = Array.from({ length: 8 }, () => [500] as const);
    const { outbox, receiver, verified, afterTries } = await postedTo(failures);
    for (const [index, ms] of defaultRetryPolicy.scheduleMs.entries()) {
      expect(await afterTries(index + 1)).toMatchObject({ state: "waiting", due: new Date(time + ms) });
      forward(ms);
    }
    expect(await afterTries(8)).toMatchObject({ state: "dead" });
    forward(3_600_000);
    expect(await outbox.replay({ states: ["dead"] })).toMatchObject({ count: 1 });
    const { id, state } = await afterTries(9);
    expect(state).toBe("sent");
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual(Array(9).fill(id));
    expect(verified).toEqual(Array(9).fill({ n: 1 }));
  });

  it("follows the schedule of its binding, and arrives at the ninth attempt if the receiver failed eight times", async () => {
    const failures = Array.from({ length: 8 }, () => [500] as const);
    const retry_schedule = "5s, 5m, 30m, 2h, 5h, 10h, 10h, 10h";
    const { receiver, verified, afterTries } = await postedTo(failures, { retry_schedule });
    for (let tries = 1; tries <= 8; tries += 1) {
      const { state, due } = await afterTries(tries);
      expect(state).toBe("waiting");
      forward(due.getTime() - time);
    }
    const { id, state, attempt } = await afterTries(9);
    expect([state, attempt]).toEqual(["sent", 9]);
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual(Array(9).fill(id));
    expect(verified).toEqual(Array(9).fill({ n: 1 }));
  });

  it("waits for as long as 429 and Retry-After request", async () => {
    const { receiver, verified, afterTries } = await postedTo([[429, { "retry-after": "90" }]]);
    expect(await afterTries(1)).toMatchObject({ state: "waiting", due: new Date(time + 90_000) });
    forward(90_000);
    expect(await afterTries(2)).toMatchObject({ state: "sent" });
    expect(verified).toHaveLength(receiver.received.length);
  });

  it("disables its destination if the receiver responds with 410", async () => {
    const { outbox, afterTries } = await postedTo([[410]]);
    await afterTries(1);
    await vi.waitUntil(async () => (await outbox.destinations()).destinations[0]?.state === "disabled", {
      timeout: 10_000,
    });
  });
});

/** Satisfies `submit`. The outbox sends with the kind that the handler has registered under the delivery's `kind`. */
const smsKind = { name: "sms", send: () => ({ status: "sent" as const }) };
function smsOf(retry: Partial<Delivery["retry"]>): Delivery {
  return {
    id: "dlv_sms",
    kind: "UserNotification/sms",
    version: 1,
    payload: { gateway: "centre", to: "+495611111", text: "Your code: 123456" },
    destination: smsDestination("centre"),
    summary: "SMS to …111",
    retry: { ...defaultRetryPolicy, ...retry },
    createdAt: clock(),
    callId: "call-1",
    event: "e",
    bindingId: 1,
    bindingName: "b",
  };
}

describe("an SMS that is delivered durably", () => {
  it("shows the receipt of its SMS center, which arrives after the process that sent it has ended", async () => {
    const centre = await smsCentre();
    const connect = () => {
      const gateway = smppGateway(
        { kind: "smpp", host: "127.0.0.1", port: centre.port, systemId: "b", reconnectMinMs: 1, receipts: true },
        {
          onReport: ({ ids, state, code }) =>
            outbox.receive({ destination: smsDestination("centre"), references: ids, state, code }),
        },
      );
      onTestFinished(() => gateway.close());
      return gateway;
    };
    const before = connect();
    const { outbox, afterTries } = await host([userNotification({ mailers: {}, smsGateways: { centre: before } })]);
    await outbox.submit(smsOf({}), { kind: smsKind, signal: new AbortController().signal });
    const { id } = await afterTries(1);
    await before.close();
    connect().listen?.();
    const binds = () => centre.commands.filter((command) => command === "bind_transceiver").length;
    await vi.waitUntil(() => binds() === 2 && centre.sessions.size === 1, { timeout: 10_000 });
    const short_message = "id:id1 sub:001 dlvrd:001 stat:UNDELIV err:069 text:Your code";
    expect(await centre.deliver({ esm_class: 4, short_message })).toBe(0);
    expect((await outbox.get(id))?.delivery).toMatchObject({
      state: "sent",
      receipt: { state: "failed", code: "UNDELIV err:069", at: clock() },
    });
  });

  it.each([
    ["stop", "dead", 1],
    ["retry", "sent", 2],
  ] as const)(
    'with whenUncertain "%s" is %s if its SMS center disconnects before it responds',
    async (whenUncertain, state, times) => {
      let submits = 0;
      const centre = await smsCentre({
        onSubmit(_pdu, session) {
          submits += 1;
          if (submits > 1) return 0;
          session.destroy();
          return undefined;
        },
      });
      const gateway = smppGateway({
        kind: "smpp",
        host: "127.0.0.1",
        port: centre.port,
        systemId: "b",
        reconnectMinMs: 1,
      });
      onTestFinished(() => gateway.close());
      const { outbox, afterTries } = await host([userNotification({ mailers: {}, smsGateways: { centre: gateway } })]);
      await outbox.submit(smsOf({ whenUncertain }), { kind: smsKind, signal: new AbortController().signal });
      await afterTries(1);
      forward(3_600_000);
      expect(await afterTries(times)).toMatchObject({ state });
      expect(submits).toBe(times);
    },
  );
});
