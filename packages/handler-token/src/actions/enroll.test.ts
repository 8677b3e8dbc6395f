import { describe, expect, it } from "vitest";
import { aToken, hostOf } from "../../test/host.js";

const alice = { login: "alice", realm: "realm1", resolver: "resoA" };

/** Creates a host without tokens, whose calls are about alice. */
const hostForAlice = (state: Parameters<typeof hostOf>[0] = {}) =>
  hostOf({ tokens: [], request: { all_data: {}, user: { login: "alice", realm: "realm1" } }, ...state });

async function enrolled(options: Record<string, unknown>, state?: Parameters<typeof hostOf>[0]) {
  const { run, tokens } = hostForAlice(state);
  const { entry } = await run("enroll", options);
  return { entry, enrolment: tokens.enrolments[0] };
}

describe("enroll", () => {
  it("generates a key, and does not assign the token by default", async () => {
    const { entry, enrolment } = await enrolled({ tokentype: "hotp", realm: "realm2" });
    expect(enrolment).toEqual({ parameters: { type: "hotp", genkey: 1 }, realm: "realm2" });
    expect(entry).toMatchObject({ outcome: "done", details: { serial: "NEW1" } });
  });

  it("assigns it to the user of the call, otherwise to the owner of its token", async () => {
    const ofUser = await enrolled({ tokentype: "hotp", user: "1" });
    expect(ofUser.enrolment?.user).toEqual(alice);
    const tokens = [aToken({ serial: "S1" })];
    const ofOwner = await enrolled(
      { tokentype: "paper", user: "1" },
      { tokens, request: { all_data: { serial: "S1" } } },
    );
    expect(ofOwner.enrolment?.user).toEqual(alice);
  });

  it("does not assign it to a deleted owner", async () => {
    const tokens = [aToken({ serial: "S1", orphaned: true })];
    const { entry } = await enrolled(
      { tokentype: "hotp", user: "1" },
      { tokens, request: { all_data: { serial: "S1" } } },
    );
    expect(entry).toMatchObject({ outcome: "failed", reason: "The call has no user." });
  });

  it.each([
    ["sms", { phone: "+49 561 1111" }],
    ["email", { email: "alice@example.com" }],
  ])("stores the user's current address in a token of type %s", async (tokentype, address) => {
    const { enrolment } = await enrolled({ tokentype, user: "True" });
    expect(enrolment?.parameters).toEqual({ type: tokentype, genkey: 1, ...address });
  });

  it.each([
    [
      "sms",
      { dynamic_phone: "1", sms_identifier: "gateway", smtp_identifier: "server" },
      { sms_identifier: "gateway" },
    ],
    [
      "email",
      { dynamic_email: "1", sms_identifier: "gateway", smtp_identifier: "server" },
      { smtp_identifier: "server" },
    ],
  ])("lets a token of type %s look up the address for each code", async (tokentype, options, identifier) => {
    const field = tokentype === "sms" ? "dynamic_phone" : "dynamic_email";
    const { enrolment } = await enrolled({ tokentype, user: "True", ...options });
    expect(enrolment?.parameters).toEqual({ type: tokentype, genkey: 1, [field]: true, ...identifier });
  });

  it.each([
    ["sms", "The user has no mobile number."],
    ["email", "The user has no email address."],
  ])(
    "fails for the type %s if the user has no address, unless the additional parameters contain one",
    async (tokentype, reason) => {
      const nobody = { request: { all_data: {} } };
      expect((await enrolled({ tokentype }, nobody)).entry).toMatchObject({ outcome: "failed", reason });
      const additional_params = '{"phone": "123", "email": "x@example.com"}';
      expect((await enrolled({ tokentype, additional_params }, nobody)).entry).toMatchObject({ outcome: "done" });
    },
  );

  it("overrides generated values by additional parameters in JSON, in YAML or as an object", async () => {
    const expected = { type: "hotp", genkey: 0, otplen: 8, description: "mine", nested: { a: [1, null] } };
    const { type: _, ...given } = expected;
    const yaml = "genkey: 0\notplen: 8\ndescription: mine\nnested:\n  a: [1, null]\n";
    for (const additional_params of [JSON.stringify(given), yaml, given]) {
      const { enrolment } = await enrolled({ tokentype: "hotp", additional_params });
      expect(enrolment?.parameters).toEqual(expected);
    }
  });

  it.each([
    "totally: [broken",
    "- a\n- list",
    "text",
    "42",
    "a: 1\na: 2",
    "a: &x [1]\nb: *x",
    "a: .inf",
    "a: !!binary aGk=",
    "__proto__: {x: 1}",
    '{"nested": [{"constructor": {"prototype": 1}}]}',
    `a: "${"x".repeat(10_000)}"`,
    "[".repeat(9_000),
    "two words: 1",
    "{ 1: 2 }",
    "? [a]\n: 1",
    '{"a": 1, "a": 2}',
    "a: \u201cx\u201d",
    "\u00aba\u00bb: x",
    "a: &x 1",
    "a: 1\n---\nb: 2",
    "<<: { a: 1 }",
    { "a b": 1 },
    JSON.parse(`{"a": ${"[".repeat(40)}${"]".repeat(40)}}`),
  ])("refuses additional parameters %j when saved", async (additional_params) => {
    const problems = await hostForAlice().check("enroll", { tokentype: "hotp", additional_params });
    expect(problems).toMatchObject([{ severity: "error", field: "options.additional_params" }]);
  });

  // from apps/demo/test/fixtures/public-reports.json: F12, and similar cases
  it.each([
    ["{\u201chashlib\u201d: \u201csha256\u201d}", "line 1, column 2", "\u201c"],
    ["hashlib: sha256\nmotppin: \u2018canary\u2019", "line 2, column 10", "\u2018"],
    ['{"hashlib": "sha256",\n "otpkey": canary"}', "line 2", ""],
    ["otpkey: canary\n  x: canary", "line 1", ""],
  ])(
    "reports where the additional parameters %j are wrong, without quoting their values",
    async (additional_params, place, mark) => {
      const [problem] = await hostForAlice().check("enroll", { tokentype: "hotp", additional_params });
      expect(problem).toMatchObject({ severity: "error", field: "options.additional_params" });
      expect(problem?.message).toContain(place);
      expect(problem?.message).toContain(mark);
      expect(JSON.stringify(problem)).not.toContain("canary");
    },
  );

  it("keeps numbers as written if parsing would change them", async () => {
    const additional_params = "pin: 0123\nserial: 1e3\notplen: 8\nhex: 0x10\nlong: 12345678901234567890";
    const { enrolment } = await enrolled({ tokentype: "hotp", additional_params });
    expect(enrolment?.parameters).toMatchObject({
      pin: "0123",
      serial: "1e3",
      otplen: 8,
      hex: "0x10",
      long: "12345678901234567890",
    });
  });

  it("adds the token to the container of the call, and fails without a container", async () => {
    const options = { tokentype: "hotp", container: "True" };
    const none = await enrolled(options);
    expect(none.entry).toMatchObject({ outcome: "failed", reason: "The call has no container." });
    expect(none.enrolment).toBeUndefined();
    const containers = [{ serial: "C1", tokens: [] }];
    const put = await enrolled(options, { containers, request: { all_data: { container_serial: "C1" } } });
    expect(put.enrolment?.container).toBe("C1");
  });

  it("sends the mOTP PIN only for motp tokens, and shows it nowhere", async () => {
    const motp = await enrolled({ tokentype: "motp", motppin: "canary" });
    expect(motp.enrolment?.parameters).toEqual({ type: "motp", genkey: 1, motppin: "canary" });
    expect(JSON.stringify(motp.entry)).not.toContain("canary");
    const hotp = await enrolled({ tokentype: "hotp", motppin: "canary" });
    expect(hotp.enrolment?.parameters).toEqual({ type: "hotp", genkey: 1 });
  });

  it("warns about secrets that all tokens would share", async () => {
    const problems = await hostForAlice().check("enroll", { tokentype: "hotp", additional_params: "pin: canary" });
    expect(problems).toMatchObject([{ severity: "warning", code: "SECRET_TAG", field: "options.additional_params" }]);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });
});
