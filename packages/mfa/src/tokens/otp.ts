import { HOTP, Secret } from "otpauth";
import { sameSecret } from "../secrets/passwords.js";

/** Hash functions of OTPs; the first is the default. */
export const hashlibs = ["sha1", "sha256", "sha512"] as const;

/** The hash function of an OTP. */
export type Hashlib = (typeof hashlibs)[number];

/** The parameters with which OTPs are generated from counters (RFC 4226) or time steps (RFC 6238). */
export interface OtpAlgorithm {
  readonly key: Uint8Array;
  readonly hashlib: Hashlib;
  readonly digits: number;
}

/** Returns whether a string consists of digits, as OTPs do. */
export const isDigits = (otp: string): boolean => /^[0-9]+$/.test(otp);

/** Returns the OTP for a counter. */
export function otpOf({ key, hashlib, digits }: OtpAlgorithm, counter: number): string {
  return HOTP.generate({ secret: secretOf(key), algorithm: hashlib.toUpperCase(), digits, counter });
}

/** Finds the first counter from `first` to `last` with this OTP. */
export function findOtp(algorithm: OtpAlgorithm, otp: string, first: number, last: number): number | undefined {
  for (let counter = Math.max(0, first); counter <= last; counter += 1) {
    if (sameSecret(otpOf(algorithm, counter), otp)) return counter;
  }
  return undefined;
}

/** Finds the first counter from `first` to `last` whose OTP is `otp1` and whose next OTP is `otp2`. */
export function findOtpPair(
  algorithm: OtpAlgorithm,
  [otp1, otp2]: readonly [string, string],
  first: number,
  last: number,
): number | undefined {
  for (let from = first; ; ) {
    const found = findOtp(algorithm, otp1, from, last);
    if (found === undefined || sameSecret(otpOf(algorithm, found + 1), otp2)) return found;
    from = found + 1;
  }
}

/** Converts a key for the OTP library. */
export function secretOf(key: Uint8Array): Secret {
  return Secret.fromHex(Buffer.from(key).toString("hex"));
}
