import { expect, it, vi } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** Starts a demo and logs in as its administrator. `list` returns deliveries; `until` waits for a condition. */
async function demo() {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const list = async (query = "") => (await admin.call("GET", `/event/deliveries${query}`)).body.result.value;
  const until = async (what: string, check: () => Promise<boolean>) => {
    await vi.waitUntil(check, { timeout: 20_000, interval: 20 }).catch((cause: unknown) => {
      throw new Error(`Not within 20 seconds: ${what}`, { cause });
    });
  };
  return { ...server, admin, list, until };
}

const mails = "?kind=UserNotification/mail";

it("a mail waits for its mail server, and arrives only once; a webhook does not wait for the mail", async () => {
  const { api, admin, list, until } = await demo();
  await api.call("POST", "/demo/smtp/stop");
  await admin.call("POST", "/token/unassign", { serial: "PISP00000001" });
  await until("the webhook was posted", async () => (await api.call("GET", "/demo/hooks")).body.length === 1);
  await until("the first attempt to send the mail failed", async () => (await list(mails))[0]?.reason !== undefined);
  const [waiting] = await list(mails);
  expect(waiting).toMatchObject({
    state: "waiting",
    attempt: 1,
    destination: "smtp:demo",
    summary: "mail to 1 recipient",
    event: "token_unassign",
  });
  expect(JSON.stringify(await list())).not.toContain("admin@");
  expect((await admin.call("GET", "/event/destinations")).body.result.value).toContainEqual(
    expect.objectContaining({ name: "smtp:demo", waiting: 1, failures: 1 }),
  );
  await api.call("POST", "/demo/smtp/start");
  await until("the mail was sent", async () => (await list(mails))[0]?.state === "sent");
  expect((await api.call("GET", "/demo/mails")).body).toMatchObject([
    { subject: "PISP00000001 no longer has an owner" },
  ]);
  const { attempts } = (await admin.call("GET", `/event/deliveries/${waiting.id}`)).body.result.value;
  expect(attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual(["failed", "sent"]);
});

it("deliveries are cancelled and replayed by ids or a filter, and an empty selection does not mean all", async () => {
  const { api, admin, list, until } = await demo();
  await api.call("POST", "/demo/smtp/stop");
  await admin.call("POST", "/token/unassign", { serial: "PISP00000001" });
  await until("the first attempt to send the mail failed", async () => (await list(mails))[0]?.reason !== undefined);
  const message = async (change: string, body: object) => {
    const { status, body: answer } = await admin.call("POST", `/event/deliveries/${change}`, body);
    return [status, answer.result.error?.message];
  };
  for (const change of ["replay", "cancel", "hasten"]) {
    const oneOf = "Allowed: exactly one of ids, filter, all: true.";
    const given = (count: number) => [400, `ERR905: ids: ${count} of ids, filter and all are given. ${oneOf}`];
    expect(await message(change, {})).toEqual(given(0));
    expect(await message(change, { ids: [], all: true })).toEqual(given(2));
    for (const filter of [{}, { kind: null }]) expect((await message(change, { filter }))[0]).toBe(400);
    expect(await message(change, { filter: {} })).toEqual([
      400,
      "ERR905: filter: {} is not valid. Allowed: at least one field, or all: true instead of a filter for every delivery.",
    ]);
  }
  expect((await list(mails))[0]?.state).toBe("waiting");
  expect((await admin.call("GET", "/event/deliveries?state=sent,lost")).body.result.error.message).toBe(
    'ERR905: state.1: "lost" is not valid. Allowed: waiting, sending, sent, dead, cancelled.',
  );
  const filter = { state: ["waiting"] };
  const dry = await admin.call("POST", "/event/deliveries/cancel", { filter, dry_run: true });
  expect(dry.body.result.value).toMatchObject({ count: 1, dry_run: true });
  const [{ id }] = await list("?state=waiting");
  const cancelled = await admin.call("POST", "/event/deliveries/cancel", { ids: [id] });
  expect(cancelled.body.result.value).toEqual({ count: 1, ids: [id], dry_run: false });
  expect((await list("?state=cancelled")).map((one: { id: string }) => one.id)).toEqual([id]);
  await api.call("POST", "/demo/smtp/start");
  const all = await admin.call("POST", "/event/deliveries/replay", { all: true });
  expect(all.body.result.value.ids).toContain(id);
  await until("the mail was sent", async () => (await list(mails))[0]?.state === "sent");
  expect((await api.call("GET", "/demo/mails")).body).toHaveLength(1);
  expect((await admin.call("GET", "/event/deliveries/dlv_none")).status).toBe(404);
  expect((await admin.call("POST", "/event/destinations/nowhere/resume")).status).toBe(404);
  expect((await api.call("GET", "/event/deliveries")).status).toBe(401);
});

it("an administrator can make the next attempt of a waiting delivery now; destinations are read in pages", async () => {
  const { api, admin, list, until } = await demo();
  await api.call("POST", "/demo/smtp/stop");
  await admin.call("POST", "/token/unassign", { serial: "PISP00000001" });
  await until("the first attempt to send the mail failed", async () => (await list(mails))[0]?.reason !== undefined);
  const [{ id }] = await list(mails);
  const hasten = async (body: object) => (await admin.call("POST", "/event/deliveries/hasten", body)).body.result.value;
  const filter = { destination: "smtp:demo" };
  expect(await hasten({ filter, dry_run: true })).toEqual({ count: 1, ids: [id], dry_run: true });
  await api.call("POST", "/demo/smtp/start");
  expect(await hasten({ filter })).toEqual({ count: 1, ids: [id], dry_run: false });
  await until("the mail was sent", async () => (await list(mails))[0]?.state === "sent");
  expect(await hasten({ all: true })).toEqual({ count: 0, ids: [], dry_run: false });
  const page = async (query: string) => (await admin.call("GET", `/event/destinations?${query}`)).body;
  expect((await page("state=closed")).result.error.message).toBe(
    'ERR905: state.0: "closed" is not valid. Allowed: open, paused, disabled.',
  );
  const first = await page("page_size=1");
  expect(first.result.value).toHaveLength(1);
  expect((await page("state=disabled")).result.value).toEqual([]);
});
