import { createHash } from "node:crypto";
import { Secret, URI } from "otpauth";
import { expect, it } from "vitest";
import { alice, bob, carol, describeDomain, rfcKey } from "../../test/fixture.js";

describeDomain("init", (prepared) => {
  it("enrolls a hotp token with a new key, shown as a URI and QR codes", async () => {
    const { domain } = await prepared({ issuer: "Example GmbH" });
    const parameters = { genkey: "1", pin: "1234", description: "mine", tokenrealm: ["realm2"] };
    const detail = await domain.tokens.init(parameters, alice);
    expect(detail.serial).toMatch(/^OATH[0-9A-F]{8}$/);
    expect(detail.rollout_state).toBe("enrolled");
    const uri = URI.parse(detail.googleurl?.value ?? "");
    expect(uri).toMatchObject({
      issuer: "Example GmbH",
      label: detail.serial,
      digits: 6,
      algorithm: "SHA1",
      counter: 0,
    });
    expect(uri.secret.bytes).toHaveLength(20);
    expect(detail.otpkey).toMatchObject({
      value: `seed://${uri.secret.hex.toLowerCase()}`,
      value_b32: uri.secret.base32,
    });
    for (const img of [detail.googleurl?.img, detail.otpkey?.img]) {
      const png = Buffer.from(img?.replace("data:image/png;base64,", "") ?? "", "base64");
      expect(png.subarray(1, 4).toString()).toBe("PNG");
    }
    expect(await domain.tokens.require(detail.serial)).toMatchObject({
      type: "hotp",
      description: "mine",
      active: true,
      locked: false,
      hasPin: true,
      owner: { login: "alice", realm: "realm1", resolver: "people" },
      realms: ["realm1", "realm2"],
      info: {
        hashlib: "sha1",
        tokenkind: "software",
        creation_date: "2026-03-15T12:00:00+00:00",
        assignment_date: "2026-03-15T12:00:00+00:00",
      },
      failCount: 0,
      maxFailCount: 10,
      countWindow: 10,
      otpCounter: 0,
      rolloutState: "enrolled",
    });
  });

  it("enrolls a totp token with the requested parameters", async () => {
    const { domain } = await prepared();
    const parameters = { type: "TOTP", genkey: true, hashlib: "SHA512", otplen: 8, timeStep: "60", serial: "T1" };
    const { googleurl } = await domain.tokens.init(parameters);
    const uri = URI.parse(googleurl?.value ?? "");
    expect(uri).toMatchObject({ issuer: "Bookend", algorithm: "SHA512", digits: 8, period: 60 });
    expect(uri.secret.bytes).toHaveLength(64);
    expect(await domain.tokens.require("T1")).toMatchObject({
      otpLength: 8,
      owner: null,
      info: { hashlib: "sha512", timeStep: "60" },
    });
  });

  it("accepts a key in base32check", async () => {
    const { domain } = await prepared();
    const key = Buffer.from(rfcKey, "hex");
    const bytes = Buffer.concat([createHash("sha1").update(key).digest().subarray(0, 4), key]);
    const otpkey = Secret.fromHex(bytes.toString("hex")).base32;
    const { otpkey: shown } = await domain.tokens.init({ otpkey, otpkeyformat: "base32check" });
    expect(shown?.value).toBe(`seed://${rfcKey}`);
    const wrong = `${otpkey.startsWith("A") ? "B" : "A"}${otpkey.slice(1)}`;
    await expect(domain.tokens.init({ otpkey: wrong, otpkeyformat: "base32check" })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
      message: expect.not.stringContaining(wrong),
    });
  });

  it("shows generated codes and passwords, but not those that it received", async () => {
    const { domain } = await prepared();
    const code = await domain.tokens.init({ type: "registration" });
    expect(code.registrationcode).toMatch(/^\w{24}$/);
    expect(code.serial).toMatch(/^REG/);
    expect((await domain.tokens.init({ type: "pw", genkey: 1 })).password).toMatch(/^\w{16}$/);
    expect(JSON.stringify(await domain.tokens.init({ type: "pw", otpkey: "geheim" }))).not.toContain("geheim");
    expect(await domain.tokens.init({ type: "spass", serial: "S" })).toEqual({
      serial: "S",
      rollout_state: "enrolled",
    });
  });

  it("uses the user's address if none is given", async () => {
    const { domain } = await prepared();
    const info = async (parameters: object) =>
      (await domain.tokens.require((await domain.tokens.init({ ...parameters }, alice)).serial)).info;
    expect(await info({ type: "sms" })).toMatchObject({ phone: "+49 151 1111" });
    expect(await info({ type: "email" })).toMatchObject({ email: "alice@example.com" });
    expect(await info({ type: "email", dynamic_email: "1", smtp_identifier: "mail1" })).toMatchObject({
      dynamic_email: "True",
      "email.identifier": "mail1",
    });
    await expect(domain.tokens.init({ type: "sms" }, carol)).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
  });

  it("enrolls an existing token of the same type and owner again", async () => {
    const { domain } = await prepared();
    await domain.tokens.init({ serial: "H", otpkey: rfcKey, pin: "1", description: "old" }, alice);
    await domain.authentication.check({ serial: "H", pass: "1755224" });
    await domain.tokens.init({ serial: "H", genkey: 1 });
    expect(await domain.tokens.require("H")).toMatchObject({
      description: "old",
      hasPin: true,
      otpCounter: 0,
      owner: { login: "alice" },
      realms: ["realm1"],
    });
    const { info } = await domain.tokens.require("H");
    expect(info).toHaveProperty("assignment_date");
    expect(info).not.toHaveProperty("count_auth");
    await domain.tokens.init({ serial: "H", genkey: 1, pin: "" });
    expect((await domain.tokens.require("H")).hasPin).toBe(false);
    await expect(domain.tokens.init({ serial: "H", type: "totp", genkey: 1 })).rejects.toMatchObject({
      code: "TOKEN_REFUSED",
    });
    await expect(domain.tokens.init({ serial: "H", genkey: 1 }, bob)).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
    await domain.tokens.revoke({ serial: "H" });
    await expect(domain.tokens.init({ serial: "H", genkey: 1 })).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
  });

  it("refuses invalid parameters with an error that names the problem", async () => {
    const { domain } = await prepared();
    const cases: [Record<string, unknown>, string][] = [
      [{ type: "yubikey" }, "yubikey"],
      [{ genkey: 0 }, "genkey"],
      [{ otpkey: "xyz" }, "the key in hex"],
      [{ genkey: "perhaps" }, "genkey"],
      [{ genkey: 1, otplen: "7" }, "otplen"],
      [{ genkey: 1, hashlib: "md5" }, "md5"],
      [{ genkey: 1, keysize: "9999" }, "keysize"],
      [{ genkey: 1, serial: "../x" }, "serial"],
      [{ genkey: 1, description: "a\0b" }, "description"],
      [{ genkey: 1, pin: { a: 1 } }, "pin"],
      [{ genkey: 1, tokeninfo: "x" }, "tokeninfo"],
      [{ genkey: 1, tokeninfo: { field: ["x"] } }, "field"],
      [{ genkey: 1, validity_period_end: "31.02.2026" }, "validity_period_end"],
      [{ genkey: 1, validity_period_end: "2026-02-31" }, "validity_period_end"],
      [{ type: "totp", genkey: 1, timeStep: "45" }, "timeStep"],
      [
        { genkey: 1, validity_period_start: "2026-03-02", validity_period_end: "2026-03-01" },
        "would begin at 2026-03-02T00:00+0000 and end at 2026-03-01T00:00+0000",
      ],
      [{ genkey: 1, validity_period_start: "2026-03-02", validity_period_end: "2026-03-02" }, "never be valid"],
      [{ genkey: 1, validity_period_start: "2026-03-02", tokeninfo: { validity_period_end: "2026-03-01" } }, "never"],
      [{ type: "pw", genkey: "False" }, "genkey"],
    ];
    for (const [parameters, named] of cases) {
      await expect(domain.tokens.init(parameters), JSON.stringify(parameters)).rejects.toMatchObject({
        code: "PARAMETER_INVALID",
        message: expect.stringContaining(named),
      });
    }
    expect(await domain.tokens.count({})).toBe(0);
  });

  it("reads only the parameters that the type of the token declares", async () => {
    const { domain } = await prepared();
    const types = domain.tokens.types();
    const common = types.map(({ parameters }) => parameters).reduce((a, b) => a.filter((name) => b.includes(name)));
    const all = new Set(types.flatMap(({ parameters }) => parameters));
    const bases = [{ otpkey: rfcKey }, {}, { email: "a@example.com", phone: "+49 561 1111", service_id: "wiki" }];
    for (const { type, parameters } of types) {
      const read: string[] = [];
      for (const name of all) {
        if (common.includes(name)) continue;
        const answers = await Promise.all(
          bases.map((base) =>
            domain.tokens.init({ genkey: 1, ...bases[2], ...base, type, [name]: { not: "text" } }).then(
              () => "",
              ({ message }) => String(message),
            ),
          ),
        );
        if (answers.some((message) => message.startsWith(`${name}:`))) read.push(name);
      }
      const own = parameters.filter((name) => !common.includes(name));
      expect({ type, read: read.sort() }).toEqual({ type, read: [...own].sort() });
    }
  });

  it("refuses users and realms that do not exist", async () => {
    const { domain } = await prepared();
    const nobody = { login: "nobody", realm: "realm1" };
    await expect(domain.tokens.init({ genkey: 1 }, nobody)).rejects.toMatchObject({ code: "USER_INVALID" });
    await expect(domain.tokens.init({ genkey: 1, tokenrealm: "nowhere" })).rejects.toMatchObject({
      code: "USER_INVALID",
    });
    expect(await domain.tokens.count({})).toBe(0);
  });
});
