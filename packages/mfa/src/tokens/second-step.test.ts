import { createHash, pbkdf2Sync } from "node:crypto";
import { Secret } from "otpauth";
import { expect, it } from "vitest";
import { alice, bob, describeDomain } from "../../test/fixture.js";
import { otpOf } from "./otp.js";

const appPart = Buffer.from("0011223344556677", "hex");

/** Formats a part of a key as the app shows it: four bytes of the hash, then the bytes, in base32. */
const base32check = (part: Buffer) => {
  const checksum = createHash("sha1").update(part).digest().subarray(0, 4);
  return Secret.fromHex(Buffer.concat([checksum, part]).toString("hex")).base32;
};

describeDomain("enrollment in two steps", (prepared) => {
  it("derives the key from the server's part and the app's", async () => {
    const { domain } = await prepared();
    const first = await domain.tokens.init({ "2stepinit": "1", genkey: "1", hashlib: "sha256", pin: "1" }, alice);
    const { serial } = first;
    expect(first.rollout_state).toBe("clientwait");
    expect(first.googleurl?.value).toMatch(/&2step_salt=8&2step_output=32&2step_difficulty=10000$/);
    const serverPart = first.otpkey?.value.replace("seed://", "") ?? "";
    const attempt = async (otp: string) => domain.authentication.check({ user: alice, pass: `1${otp}` });
    const early = otpOf({ key: Buffer.from(serverPart, "hex"), hashlib: "sha256", digits: 6 }, 0);
    expect((await attempt(early)).detail.message).toBe("Token is not yet enrolled");

    const step = { serial, otpkey: base32check(appPart), otpkeyformat: "base32check" };
    await expect(domain.tokens.init(step, bob)).rejects.toMatchObject({ code: "TOKEN_REFUSED" });
    for (const wrong of [base32check(appPart.subarray(1)), "MZXW6YTBOI", ""]) {
      await expect(domain.tokens.init({ ...step, otpkey: wrong })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
    expect(await domain.tokens.init(step, alice)).toEqual({ serial, rollout_state: "enrolled" });
    const key = pbkdf2Sync(serverPart.toLowerCase(), appPart, 10_000, 32, "sha1");
    expect((await attempt(otpOf({ key, hashlib: "sha256", digits: 6 }, 1))).value).toBe(true);
  });

  it("works for totp tokens, and starts over on request", async () => {
    const { domain, now } = await prepared();
    const begin = { type: "totp", "2stepinit": true, serial: "T" };
    await domain.tokens.init(begin, alice);
    const { otpkey, rollout_state } = await domain.tokens.init(begin, alice);
    expect(rollout_state).toBe("clientwait");
    await domain.tokens.init({ type: "totp", serial: "T", otpkey: appPart.toString("hex") });
    const key = pbkdf2Sync(otpkey?.value.replace("seed://", "") ?? "", appPart, 10_000, 20, "sha1");
    const otp = otpOf({ key, hashlib: "sha1", digits: 6 }, Math.floor(now().getTime() / 30_000));
    expect((await domain.authentication.check({ user: alice, pass: otp })).value).toBe(true);
    // if no token waits, the parameter is an ordinary key
    await domain.tokens.init({ type: "totp", serial: "T", otpkey: appPart.toString("hex") });
    expect((await domain.authentication.check({ user: alice, pass: otp })).value).toBe(false);
  });
});
