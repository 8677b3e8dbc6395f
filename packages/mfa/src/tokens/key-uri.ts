import { drawQrCode } from "@bookend/qr-code";
import { HOTP, TOTP } from "otpauth";
import { type OtpAlgorithm, secretOf } from "./otp.js";
import type { EnrolmentCode, InitDetail } from "./types.js";

/** Returns a string with its QR code. */
export function enrolmentCode(description: string, value: string): EnrolmentCode {
  const png = drawQrCode(value, { errorCorrection: "L" });
  return { description, value, img: `data:image/png;base64,${png.toString("base64")}` };
}

/** The parts of a key URI besides the key. `uriParameters` is empty unless the enrollment has two steps. */
export interface KeyUriOptions {
  readonly serial: string;
  readonly issuer: string;
  readonly period?: number;
  readonly uriParameters: Readonly<Record<string, string>>;
}

/**
 * Returns an OTP key in the formats for authenticator apps and administrators. With a `period` in seconds, it is a TOTP
 * key.
 */
export function otpKeyDetail(
  { key, hashlib, digits }: OtpAlgorithm,
  { serial, issuer, period, uriParameters }: KeyUriOptions,
): Partial<InitDetail> {
  const common = { issuer, label: serial, algorithm: hashlib.toUpperCase(), digits, secret: secretOf(key) };
  const uri = period === undefined ? new HOTP({ ...common, counter: 0 }) : new TOTP({ ...common, period });
  const more = Object.entries(uriParameters).map(([name, value]) => `&${name}=${value}`);
  const seed = enrolmentCode("OTP key", `seed://${Buffer.from(key).toString("hex")}`);
  return {
    googleurl: enrolmentCode("URL for authenticator apps", uri.toString() + more.join("")),
    otpkey: { ...seed, value_b32: common.secret.base32 },
  };
}
