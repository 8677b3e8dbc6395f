import { drawQrCode } from "@bookend/qr-code";
import { HOTP, TOTP } from "otpauth";
import { type OtpAlgorithm, secretOf } from "./otp.js";
import type { EnrolmentCode, InitDetail } from "./types.js";

/** A text with its QR code. */
export function enrolmentCode(description: string, value: string): EnrolmentCode {
  const png = drawQrCode(value, { errorCorrection: "L" });
  return { description, value, img: `data:image/png;base64,${png.toString("base64")}` };
}

/** What a key URI says besides the key; `uriParameters` are those that are not everybody's. */
export interface KeyUriOptions {
  readonly serial: string;
  readonly issuer: string;
  readonly period?: number;
  readonly uriParameters: Readonly<Record<string, string>>;
}

/** What an authenticator app and an administrator are shown of an OTP key; `period` in seconds makes it a TOTP. */
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
