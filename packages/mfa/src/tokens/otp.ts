import { HOTP, Secret } from "otpauth";
import { sameSecret } from "../secrets/passwords.js";

/** Hash functions of OTPs; the first is the default. */
export const hashlibs = ["sha1", "sha256", "sha512"] as const;

/** Hash function of an OTP. */
export type Hashlib = (typeof hashlibs)[number];

/** How OTPs are made from counters (RFC 4226), or from steps of time (RFC 6238). */
export interface OtpAlgorithm {
  readonly key: Uint8Array;
  readonly hashlib: Hashlib;
  readonly digits: number;
}

/** Whether this could be an OTP. */
export const isDigits = (otp: string): boolean => /^[0-9]+$/.test(otp);

/** The OTP of a counter. */
export function otpOf({ key, hashlib, digits }: OtpAlgorithm, counter: number): string {
  return HOTP.generate({ secret: secretOf(key), algorithm: hashlib.toUpperCase(), digits, counter });
}

/** First counter, from `first` to `last`, whose OTP this is. */
export function findOtp(algorithm: OtpAlgorithm, otp: string, first: number, last: number): number | undefined {
  for (let counter = Math.max(0, first); counter <= last; counter += 1) {
    if (sameSecret(otpOf(algorithm, counter), otp)) return counter;
  }
  return undefined;
}

/** First counter, from `first` to `last`, that shows `otp1` and is followed by `otp2`. */
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

/** A key in the form that the OTP library takes. */
export function secretOf(key: Uint8Array): Secret {
  return Secret.fromHex(Buffer.from(key).toString("hex"));
}
