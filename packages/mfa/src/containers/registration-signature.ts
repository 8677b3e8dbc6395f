import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";
import type { RegistrationAnswer } from "./types.js";

/** The curve and the hash of a smartphone's signatures, as in privacyIDEA's app. */
export const keyAlgorithm = "secp384r1";
export const hashAlgorithm = "SHA256";

/** The data that the smartphone receives. */
export interface OfferedRegistration {
  readonly nonce: string;
  readonly timeStamp: string;
  readonly url: string;
  readonly serial: string;
}

/** Returns the string that the smartphone signs. */
export function signedText(
  { nonce, timeStamp, url, serial }: OfferedRegistration,
  { deviceBrand, deviceModel }: Pick<RegistrationAnswer, "deviceBrand" | "deviceModel"> = {},
): string {
  return [nonce, timeStamp, url, serial, deviceBrand, deviceModel].filter((part) => part !== undefined).join("|");
}

/**
 * Returns whether the response is signed with the key that it contains.
 *
 * @throws {MfaError} PARAMETER_INVALID for a key that is not valid
 */
export function isSigned(offer: OfferedRegistration, answer: RegistrationAnswer): boolean {
  const key = publicKeyOf(answer.publicKey);
  const signature = Buffer.from(answer.signature, "base64");
  return verify("sha256", Buffer.from(signedText(offer, answer)), { key, dsaEncoding: "der" }, signature);
}

/**
 * Parses a key, which must be on the accepted curve.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function publicKeyOf(pem: string): KeyObject {
  const key = readKey(pem);
  if (key?.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === keyAlgorithm) return key;
  throw parameterError(problemMessage("is not valid", `a public key on ${keyAlgorithm} in PEM`, "public_client_key"));
}

function readKey(pem: string): KeyObject | undefined {
  // `createPublicKey` would also accept a private key, which clients must never send
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
