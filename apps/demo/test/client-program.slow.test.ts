import { join } from "node:path";
import { type BacktestLine, type Client, createClient, type Delivery } from "@bookend/client";
import { openBindings, openDatabase } from "@bookend/store-sql";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { asAdmin } from "./api-client.js";
import { bareServer } from "./bare-server.js";
import { honoHost, type ManagedHost } from "./hono-host.js";
import { temporaryDirectory } from "./test-server.js";
import { webhookReceiver } from "./webhook-receiver.js";

/** A host to manage, with the names that differ between hosts. */
interface Program extends ManagedHost {
  readonly event: string;
  readonly handler: string;
  readonly action: string;
  /** A template, and its result for the amount 7. */
  readonly option: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly actor: string;
}

const allRights = [
  ...["bindings:read", "bindings:write", "audit:read", "calls:read", "calls:explain"],
  ...["deliveries:read", "deliveries:replay", "deliveries:cancel"],
];

/** Does everything that the management API offers, using only the client. */
async function manage({ url, token, event, handler, action, option, options, actor, raise, databaseUrl }: Program) {
  const client = createClient({ baseUrl: url, token });
  const { bindings } = client;
  const fields = {
    name: "tell",
    event: [event],
    handlermodule: handler,
    action,
    options,
    conditions: { parameter: "amount > 5" },
  };

  expect(await client.rights()).toMatchObject({
    rights: allRights,
    user: { name: actor },
    features: ["history", "audit", "deliveries", "calls", "preview"],
  });
  expect((await client.describe()).handlers.map(({ id }) => id)).toContain(handler);
  expect((await client.describe(handler)).actions.map(({ name }) => name)).toContain(action);
  expect((await client.tags({ event, position: "post" })).length).toBeGreaterThan(5);
  expect((await client.openapi()).openapi).toBe("3.1.0");
  expect(Object.keys((await client.asyncapi()).channels as object)).toContain(`event_${event}`);

  expect(await client.check({ ...fields, action: "shout" })).toMatchObject({ valid: false });
  const { id } = (await bindings.add(fields)).binding;
  for (const amount of [1, 7, 9]) await raise(amount);

  // the audit log, statistics and recorded calls show what ran
  const audited = await client.audit.search({ binding: id, count: true });
  expect([audited.count, audited.entries.every(({ success }) => success)]).toEqual([2, true]);
  const called = audited.entries.at(-1)?.parent ?? "";
  expect(await client.audit.call(called)).toMatchObject({
    call: { event },
    actions: [{ binding: id }],
    deliveries: [],
  });
  const { bindings: runs } = await client.stats({ hours: 1, buckets: 1 });
  expect(runs).toEqual([expect.objectContaining({ id, runs: [2], failures: [0] })]);
  expect((await client.audit.verify()).state).toMatch(/running|valid/);
  await vi.waitUntil(async () => (await client.audit.verification()).state === "valid", { timeout: 20_000 });
  let csv = "";
  for await (const piece of client.audit.csv({ event })) csv += piece;
  expect(csv.split("\n").length).toBeGreaterThan(3);
  await vi.waitUntil(async () => (await client.calls.list({ event })).calls.length === 3, { timeout: 20_000 });
  const recorded = await client.calls.get(called);
  // the reference app reads parameters as strings
  expect(recorded).toMatchObject({
    event,
    parameters: { amount: expect.toSatisfy((seen) => String(seen) === "7"), pin: "***" },
  });

  // explain, preview and backtest show what would run
  const explained = await client.explain({ call: called });
  expect(explained.bindings).toMatchObject([{ id, would_run: true }]);
  expect((await client.explain({ event, parameters: { amount: 2 } })).bindings).toMatchObject([{ would_run: false }]);
  expect((await client.preview({ call: called, id })).texts).toContainEqual(
    expect.objectContaining({ option, value: "amount 7" }),
  );
  const lines: BacktestLine[] = [];
  for await (const line of client.backtest({ id, render: true })) lines.push(line);
  expect(lines.at(-1)).toMatchObject({ type: "summary", calls: 3, would_run: 2, would_not: 1, unknown: 0 });
  expect(lines).toContainEqual(expect.objectContaining({ call: called, ran: true }));

  // all changes of one or many bindings, including those by another process, are in the history
  const { binding } = await bindings.patch(id, { conditions: { parameter: "amount > 8" } });
  const copy = (await bindings.copy(id, { name: "copy" })).binding.id;
  const page = await bindings.list({ search: "tell", handlermodule: handler, sort: "-name", page_size: 5 });
  expect(page.bindings.map(({ name }) => name)).toContain("tell");
  await bindings.order([{ id: copy, ordering: 3 }]);
  const dry = await bindings.bulk({ operation: "enable", ids: [id, copy], dry_run: true });
  expect(dry.bindings.map(({ outcome }) => outcome)).toEqual(["unchanged", "changed"]);
  await bindings.bulk({ operation: "enable", ids: [id, copy] });
  await bindings.disable(copy);
  const exported = await bindings.export();
  const changed = exported.bindings.map((each) => ({ ...each, ordering: 5 }));
  expect((await bindings.import(changed, { dry_run: true })).bindings.map(({ outcome }) => outcome)).toContain(
    "updated",
  );
  await bindings.import(changed);
  const other = await openDatabase<object>({ url: databaseUrl });
  onTestFinished(() => other.close());
  const node = await openBindings({ database: other });
  onTestFinished(() => node.close());
  const now = await node.bindings.get(copy);
  if (!now) throw new Error("the copy is gone");
  await node.bindings.write(
    [{ kind: "update", id: copy, revision: now.revision, binding: { ...now, name: "elsewhere" } }],
    {
      actor: { username: "node 2", realm: "" },
    },
  );
  await vi.waitUntil(async () => (await bindings.get(copy)).name === "elsewhere", { timeout: 20_000 });
  await bindings.delete(copy);
  const history = (await bindings.history(copy)).entries;
  expect(history.map(({ operation, actor }) => [operation, actor?.name])).toEqual([
    ["delete", actor],
    ["change", "node 2"],
    ["import", actor],
    ["disable", actor],
    ["bulk", actor],
    ["order", actor],
    ["copy", actor],
  ]);
  const deleted = history[0]?.entry ?? 0;
  const restored = (await bindings.restore(copy, { entry: deleted, side: "before" })).binding;
  expect(restored).toEqual({ ...history[0]?.bindings[0]?.before, revision: restored.revision });
  expect((await bindings.history(id)).entries.map(({ operation }) => operation)).toEqual([
    "import",
    "change",
    "create",
  ]);
  expect(binding.conditions).toEqual({ parameter: "amount > 8" });

  await deliver(client, event, raise);
}

/** Cancels and replays real deliveries: a cancelled one is never sent, and a replayed one arrives. */
async function deliver(client: Client, event: string, raise: Program["raise"]) {
  const receiver = await webhookReceiver();
  const options = {
    URL: receiver.url,
    content_type: "application/json",
    replace: true,
    data: '{"n": "{param.amount}"}',
  };
  const hook = { name: "hook", event: [event], handlermodule: "WebHook", action: "post_webhook", options };
  const binding = (await client.bindings.add({ ...hook, delivery: "durable" })).binding.id;
  /** Raises the event while the receiver responds with this status, and waits for the delivery. */
  const tried = async (status: number, state: Delivery["state"]) => {
    receiver.status = status;
    await raise(1);
    await vi.waitUntil(
      async () => (await client.deliveries.list({ binding, state: [state] })).deliveries[0]?.reason !== undefined,
      { timeout: 20_000 },
    );
    const [delivery] = (await client.deliveries.list({ binding })).deliveries;
    if (delivery?.state !== state) throw new Error(`The newest delivery is ${delivery?.state}.`);
    return delivery;
  };
  const sent = async (id: string) => {
    await vi.waitUntil(async () => (await client.deliveries.get(id)).state === "sent", { timeout: 20_000 });
    return (await client.deliveries.get(id)).attempts.map(({ outcome }) => outcome);
  };

  const waiting = await tried(503, "waiting");
  expect(waiting).toMatchObject({ attempt: 1, binding_id: binding, event, kind: "WebHook/webhook" });
  const cancel = { filter: { binding, state: ["waiting" as const] } };
  expect(await client.deliveries.cancel({ ...cancel, dry_run: true })).toEqual({
    count: 1,
    ids: [waiting.id],
    dry_run: true,
  });
  expect((await client.deliveries.get(waiting.id)).state).toBe("waiting");
  expect(await client.deliveries.cancel(cancel)).toEqual({ count: 1, ids: [waiting.id], dry_run: false });
  expect((await client.deliveries.get(waiting.id)).state).toBe("cancelled");
  expect(await client.deliveries.cancel(cancel)).toMatchObject({ count: 0 });

  const dead = await tried(400, "dead");
  expect((await client.audit.call(dead.call)).deliveries).toMatchObject([{ id: dead.id, state: "dead" }]);
  receiver.status = 204;
  expect(await client.deliveries.replay({ filter: { binding, state: ["dead"] } })).toMatchObject({ ids: [dead.id] });
  expect(await sent(dead.id)).toEqual(["failed", "sent"]);

  // 410 means that the receiver is gone: nothing is sent there until somebody resumes the destination
  const gone = await tried(410, "dead");
  const destination = async () =>
    (await client.destinations.list()).destinations.find(({ name }) => name === gone.destination);
  expect(await destination()).toMatchObject({ state: "disabled" });
  receiver.status = 204;
  expect(await client.destinations.resume(gone.destination)).toMatchObject({ state: "open" });
  expect(await client.deliveries.replay({ ids: [gone.id] })).toMatchObject({ count: 1 });
  expect(await sent(gone.id)).toEqual(["failed", "sent"]);
  expect(receiver.ids).toEqual([waiting, dead, dead, gone, gone].map(({ id }) => id));
}

describe("a program that only uses the client does everything", () => {
  it("with the reference app", async () => {
    const server = await bareServer({ config: { recordedCalls: { events: ["token_init"] } } });
    const { api, admin } = server;
    await manage({
      url: `${api.url}/event`,
      token: (await asAdmin(api)).token ?? "",
      databaseUrl: `sqlite:${join(server.dataDirectory, "bookend.db")}`,
      event: "token_init",
      handler: "UserNotification",
      action: "savefile",
      option: "body",
      options: { filename: "a.txt", body: "amount {param.amount}" },
      actor: "admin",
      async raise(amount) {
        const { status } = await admin.call("POST", "/token/init", { type: "hotp", genkey: 1, amount, pin: "1234" });
        expect(status).toBe(200);
      },
    });
  });

  it("with a bare Hono server", async () => {
    const host = await honoHost(`sqlite:${join(await temporaryDirectory(), "hono.db")}`);
    const note = { event: "order", handler: "Note", action: "write", actor: "hans" };
    await manage({ ...host, ...note, option: "body", options: { body: "amount {param.amount}" } });
  });
});
