import { expect, it, vi } from "vitest";
import { asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** A demo, and what the management API says of its deliveries. */
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

it("a mail waits for its mail server, and arrives once; a webhook does not wait for the mail", async () => {
  const { api, admin, list, until } = await demo();
  await api.call("POST", "/demo/smtp/stop");
  await admin.call("POST", "/token/unassign", { serial: "PISP00000001" });
  await until("the webhook was posted", async () => (await api.call("GET", "/demo/hooks")).body.length === 1);
  await until("the mail was tried", async () => (await list(mails))[0]?.reason !== undefined);
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

it("deliveries are cancelled and replayed by ids or a filter, and nothing given does not mean all", async () => {
  const { api, admin, list, until } = await demo();
  await api.call("POST", "/demo/smtp/stop");
  await admin.call("POST", "/token/unassign", { serial: "PISP00000001" });
  await until("the mail was tried", async () => (await list(mails))[0]?.reason !== undefined);
  expect((await admin.call("POST", "/event/deliveries/cancel", {})).status).toBe(400);
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
  await admin.call("POST", "/event/deliveries/replay", { ids: [id] });
  await until("the mail was sent", async () => (await list(mails))[0]?.state === "sent");
  expect((await api.call("GET", "/demo/mails")).body).toHaveLength(1);
  expect((await admin.call("GET", "/event/deliveries/dlv_none")).status).toBe(404);
  expect((await admin.call("POST", "/event/destinations/nowhere/resume")).status).toBe(404);
  expect((await api.call("GET", "/event/deliveries")).status).toBe(401);
});
