import type { Delivery, Outbox } from "@bookend/core";
import { smppGateway } from "@bookend/messaging";
import { type SmsCentreOptions, smsCentre } from "@bookend/test-kit/sms-centre";
import { describe, expect, it, onTestFinished } from "vitest";
import { type HostOptions, host, user } from "../../test/host.js";

/** Creates a host with the SMPP gateway `gw1`; `received` contains the messages that its SMS center assembled. */
async function smsHost(options: HostOptions = {}, behaviour: SmsCentreOptions = {}) {
  const { port, received } = await smsCentre(behaviour);
  const gw1 = smppGateway({ kind: "smpp", host: "127.0.0.1", port, systemId: "mfa", password: "smsc-password" });
  onTestFinished(() => gw1.close());
  return { ...host({ smsGateways: { gw1 }, ...options }), received };
}

const toOwner = { smsconfig: "gw1", To: "tokenowner" };

describe("a short message", () => {
  it("is sent completely to the mobile number of the token owner, with its tags replaced", async () => {
    const { run, received } = await smsHost();
    const body = `{recipient_givenname} {recipient_surname}, {user}: Grüße, 世界 ${"0123456789".repeat(20)}`;
    expect(await run("sendsms", { ...toOwner, body })).toMatchObject({ outcome: "done" });
    const text = `Alice Liddell, Alice: Grüße, 世界 ${"0123456789".repeat(20)}`;
    expect(received).toEqual([{ from: "", to: "+491511111", text }]);
  });

  it("has a message even if the binding has none", async () => {
    const { run, received } = await smsHost({ tokens: { find: () => null, ofUser: () => [] } });
    await run("sendsms", toOwner, { notes: { serial: "OATH01" } });
    expect(received[0]?.text).toMatch(/Alice.*OATH01.*\/token_init.*https:\/\/mfa\.example\.org/s);
  });

  it.each([
    ["no number", [user("alice")], 'the token owner has no attribute "mobile"'],
    ["an empty number", [user("alice", { mobile: " " })], 'the attribute "mobile" of the token owner is empty'],
    ["nobody", [], "there is no token owner"],
  ])("to %s fails, and nothing is sent", async (_whom, people, reason) => {
    const { run, received } = await smsHost({ people });
    expect(await run("sendsms", toOwner)).toMatchObject({
      outcome: "failed",
      reason,
    });
    expect(received).toEqual([]);
  });

  it("to a value that is not a phone number fails, and the audit log does not contain the value", async () => {
    for (const [mobile, why] of [
      ["0151\r\nevil", "the value has a control character"],
      ["0151 1234567", "the value has no country code such as +49, and the gateway has no default country"],
      ["+49 151", "the value does not have the right number of digits for its country"],
      ["+49 1", "the value is not a phone number"],
    ] as const) {
      const { run, received } = await smsHost({ people: [user("alice", { mobile })] });
      const { outcome, reason } = await run("sendsms", toOwner);
      const said = `the attribute "mobile" cannot be used: SMS gateway "gw1" did not accept the message: INVALID_NUMBER: ${why}`;
      expect([outcome, reason]).toEqual(["failed", said]);
      expect(received).toEqual([]);
    }
  });

  it("is sent to a number that is written with spaces, a hyphen and brackets", async () => {
    const { run, received } = await smsHost({ people: [user("alice", { mobile: "+49 (0) 151 123-4567" })] });
    expect(await run("sendsms", toOwner)).toMatchObject({ outcome: "done" });
    expect(received).toMatchObject([{ to: "+491511234567" }]);
  });

  it("reports the gateway's errors without their messages", async () => {
    const gateway = { send: () => Promise.reject(Object.assign(new Error("canary"), { code: "E_X", reason: "a\nb" })) };
    const { run, received } = await smsHost({ smsGateways: { gw1: gateway } });
    const { reason } = await run("sendsms", toOwner);
    expect(reason).toBe('SMS gateway "gw1" did not accept the message: E_X');
    expect(received).toEqual([]);
  });

  it("fails if the SMS center refuses it", async () => {
    const { run } = await smsHost({}, { onSubmit: () => 0x58 });
    const { outcome, reason } = await run("sendsms", { ...toOwner, body: "canary" });
    expect([outcome, reason]).toEqual(["failed", 'SMS gateway "gw1" did not accept the message: THROTTLED']);
  });

  it("fails if the gateway does not exist", async () => {
    const { run } = await smsHost();
    expect(await run("sendsms", { ...toOwner, smsconfig: "gw2" })).toMatchObject({
      outcome: "failed",
      reason: 'there is no SMS gateway "gw2"',
    });
  });
});

describe("a stored short message", () => {
  /** Returns the input of the outbox for a binding with these options. */
  async function kept(options: Record<string, unknown>, services: HostOptions = {}) {
    const submitted: Delivery[] = [];
    const outbox: Outbox = {
      submit(delivery) {
        submitted.push(delivery);
        return { status: "done" };
      },
    };
    const made = host({ smsGateways: { gw1: { send: async () => undefined } }, outbox, ...services });
    const { outcome } = await made.run("sendsms", { ...toOwner, body: "code", ...options });
    return { ...made, outcome, delivery: submitted[0] };
  }

  it("is sent again after the gateway's response was lost only if the binding allows it, and never after max_age", async () => {
    const { delivery } = await kept({});
    expect(delivery?.retry.whenUncertain).toBe("stop");
    expect(delivery?.retry).not.toHaveProperty("maxAgeMs");
    expect(
      (await kept({ resend_uncertain: "true", max_age: "10m", retry_schedule: "1m, 5m" })).delivery?.retry,
    ).toMatchObject({
      scheduleMs: [60_000, 300_000],
      whenUncertain: "retry",
      maxAgeMs: 600_000,
    });
    expect((await kept({ max_age: "30d" })).outcome).toBe("done");
  });

  it("has more time than its gateway, so that the gateway can report whether anything was sent", async () => {
    expect((await kept({})).delivery?.retry.timeoutMs).toBe(65_000);
    const gw1 = { longestMs: 90_000, send: async () => undefined };
    expect((await kept({}, { smsGateways: { gw1 } })).delivery?.retry.timeoutMs).toBe(95_000);
    const broken = { names: () => ["gw1"], find: () => Promise.reject(new Error("the key is gone")) };
    expect((await kept({}, { smsGateways: broken })).delivery?.retry.timeoutMs).toBe(65_000);
  });

  it.each([
    ["0m", "is too short"],
    ["366d", "is too long"],
    ["soon", "is not a duration"],
  ])("has no max_age of %s", async (max_age, why) => {
    const { check } = await kept({});
    expect(await check("sendsms", { ...toOwner, max_age })).toMatchObject([
      { severity: "error", field: "options.max_age", message: expect.stringMatching(why) },
    ]);
  });

  it("with a secret causes a warning, unless its max_age is at most an hour", async () => {
    const { check } = await kept({});
    const warnings = async (max_age?: string) =>
      (await check("sendsms", { ...toOwner, body: "{registrationcode}", ...(max_age && { max_age }) })).map(
        ({ message }) => message,
      );
    expect(await warnings("1h")).toEqual([expect.stringContaining("can be read in transit")]);
    expect(await warnings("61m")).toEqual([
      expect.stringContaining("can be read in transit"),
      expect.stringContaining(
        "the outbox keeps it for days if the peer is unavailable; set max_age to 1h or less to shorten that",
      ),
    ]);
    expect(await warnings()).toHaveLength(2);
  });
});

describe("saving a binding", () => {
  it("warns about secrets, since short messages are not encrypted", async () => {
    const { check } = await smsHost();
    expect(await check("sendsms", { ...toOwner, body: "{registrationcode}" })).toMatchObject([
      { severity: "warning", code: "SECRET_TAG", field: "options.body", value: "{registrationcode}" },
    ]);
    expect(await check("sendsms", { ...toOwner, smsconfig: "gw2" })).toMatchObject([{ code: "UNKNOWN_CHOICE" }]);
  });

  it.each([
    ["no recipient", { To: "" }, "options.To"],
    ["another recipient", { To: "logged_in_user" }, "options.To"],
    ["no gateway", { smsconfig: undefined }, "options.smsconfig"],
    ["an unknown tag", { body: "{usre}" }, "options.body"],
  ])("reports %s as an error", async (_what, options, field) => {
    const { check } = await smsHost();
    expect(await check("sendsms", { ...toOwner, ...options })).toMatchObject([{ severity: "error", field }]);
  });
});
