import { HOTP, TOTP } from "otpauth";
import { toDataURL } from "qrcode";
import { type OtpAlgorithm, secretOf } from "./otp.js";
import type { EnrolmentCode, InitDetail } from "./types.js";

/** A text with its QR code. */
export async function enrolmentCode(description: string, value: string): Promise<EnrolmentCode> {
  return { description, value, img: await toDataURL(value, { errorCorrectionLevel: "L" }) };
}

/** What an authenticator app and an administrator are shown of an OTP key; `period` in seconds makes it a TOTP. */
export async function otpKeyDetail(
  { key, hashlib, digits }: OtpAlgorithm,
  { serial, issuer, period }: { readonly serial: string; readonly issuer: string; readonly period?: number },
): Promise<Partial<InitDetail>> {
  const common = { issuer, label: serial, algorithm: hashlib.toUpperCase(), digits, secret: secretOf(key) };
  const uri = period === undefined ? new HOTP({ ...common, counter: 0 }) : new TOTP({ ...common, period });
  const seed = await enrolmentCode("OTP key", `seed://${Buffer.from(key).toString("hex")}`);
  return {
    googleurl: await enrolmentCode("URL for authenticator apps", uri.toString()),
    otpkey: { ...seed, value_b32: common.secret.base32 },
  };
}
