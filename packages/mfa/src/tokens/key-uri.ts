import { HOTP, TOTP } from "otpauth";
import { toDataURL } from "qrcode";
import { type OtpAlgorithm, secretOf } from "./otp.js";
import type { EnrolmentCode, InitDetail } from "./types.js";

/** A text with its QR code. */
export async function enrolmentCode(description: string, value: string): Promise<EnrolmentCode> {
  return { description, value, img: await toDataURL(value, { errorCorrectionLevel: "L" }) };
}

/** What a key URI says besides the key; `uriParameters` are those that are not everybody's. */
export interface KeyUriOptions {
  readonly serial: string;
  readonly issuer: string;
  readonly period?: number;
  readonly uriParameters: Readonly<Record<string, string>>;
}

/** What an authenticator app and an administrator are shown of an OTP key; `period` in seconds makes it a TOTP. */
export async function otpKeyDetail(
  { key, hashlib, digits }: OtpAlgorithm,
  { serial, issuer, period, uriParameters }: KeyUriOptions,
): Promise<Partial<InitDetail>> {
  const common = { issuer, label: serial, algorithm: hashlib.toUpperCase(), digits, secret: secretOf(key) };
  const uri = period === undefined ? new HOTP({ ...common, counter: 0 }) : new TOTP({ ...common, period });
  const more = Object.entries(uriParameters).map(([name, value]) => `&${name}=${value}`);
  const seed = await enrolmentCode("OTP key", `seed://${Buffer.from(key).toString("hex")}`);
  return {
    googleurl: await enrolmentCode("URL for authenticator apps", uri.toString() + more.join("")),
    otpkey: { ...seed, value_b32: common.secret.base32 },
  };
}
