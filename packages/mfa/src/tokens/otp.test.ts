import { describe, expect, it } from "vitest";
import { findOtp, findOtpPair, otpOf } from "./otp.js";

const ascii = (text: string) => Buffer.from(text);
const digits = "1234567890";
const keys = {
  sha1: ascii(digits.repeat(2)),
  sha256: ascii(digits.repeat(4).slice(0, 32)),
  sha512: ascii(digits.repeat(7).slice(0, 64)),
};

describe("OTPs", () => {
  it("equal those of RFC 4226, appendix D", () => {
    const otps = Array.from({ length: 10 }, (_, counter) =>
      otpOf({ key: keys.sha1, hashlib: "sha1", digits: 6 }, counter),
    );
    expect(otps.join(" ")).toBe("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489");
  });

  it.each([
    [59, "94287082", "46119246", "90693936"],
    [1111111109, "07081804", "68084774", "25091201"],
    [1111111111, "14050471", "67062674", "99943326"],
    [1234567890, "89005924", "91819424", "93441116"],
    [2000000000, "69279037", "90698825", "38618901"],
    [20000000000, "65353130", "77737706", "47863826"],
  ])("equal those of RFC 6238, appendix B, at %i", (seconds, sha1, sha256, sha512) => {
    for (const [hashlib, expected] of Object.entries({ sha1, sha256, sha512 })) {
      const known = hashlib as keyof typeof keys;
      expect(otpOf({ key: keys[known], hashlib: known, digits: 8 }, Math.floor(seconds / 30))).toBe(expected);
    }
  });

  it("are found only within the window", () => {
    const algorithm = { key: keys.sha1, hashlib: "sha1", digits: 6 } as const;
    expect(findOtp(algorithm, "338314", 0, 4)).toBe(4);
    expect(findOtp(algorithm, "338314", 0, 3)).toBeUndefined();
    expect(findOtp(algorithm, "338314", 5, 9)).toBeUndefined();
    expect(findOtp(algorithm, "33831", 0, 9)).toBeUndefined();
    expect(findOtp(algorithm, "755224", -5, 1)).toBe(0);
    expect(findOtpPair(algorithm, ["969429", "338314"], 0, 9)).toBe(3);
    expect(findOtpPair(algorithm, ["969429", "254676"], 0, 9)).toBeUndefined();
  });
});
