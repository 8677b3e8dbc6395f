import { createHash } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { Secret } from "otpauth";
import { parameterError } from "../errors/mfa-error.js";
import type { Random } from "../secrets/random.js";
import {
  choiceParameter,
  flagParameter,
  integerParameter,
  type Parameters,
  textParameter,
} from "../values/parameters.js";
import { type Hashlib, hashlibs, type OtpAlgorithm } from "./otp.js";
import type { StoredToken } from "./stored-token.js";

/** Default length of keys in bytes: the length of the hash. RFC 4226 recommends it, RFC 6238 uses it. */
export const keySizes: Readonly<Record<Hashlib, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** Parameters that `otpAlgorithmFrom` reads. */
export const otpParameters = ["otpkey", "otpkeyformat", "genkey", "keysize", "hashlib", "otplen"] as const;

/** Number of bytes before the key in `base32check`: the beginning of its SHA-1 hash. */
const checksumBytes = 4;

/**
 * Returns the key, hash function and digits of a new OTP token: `otpkey` in the format `otpkeyformat` (`hex`,
 * `base32check`), otherwise a generated key, with `keysize`, `hashlib` and `otplen`.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function otpAlgorithmFrom(parameters: Parameters, random: Random): OtpAlgorithm {
  const hashlib = choiceParameter(parameters, "hashlib", hashlibs) ?? "sha1";
  const digits = Number(choiceParameter(parameters, "otplen", ["6", "8"]) ?? "6");
  const given = textParameter(parameters, "otpkey");
  if (given !== undefined) return { key: decodeKey(given, parameters), hashlib, digits };
  checkGenerated(parameters);
  const size = integerParameter(parameters, "keysize", { min: 16, max: 64 }) ?? keySizes[hashlib];
  return { key: random(size), hashlib, digits };
}

/**
 * Refuses parameters in which `genkey` is false although no `otpkey` is given.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function checkGenerated(parameters: Parameters): void {
  if (textParameter(parameters, "genkey") === undefined || flagParameter(parameters, "genkey")) return;
  throw parameterError(problemMessage("is missing, and genkey is false", "one of the two", "otpkey"));
}

/** Returns the OTP algorithm of a stored token. */
export function otpAlgorithmOf({ row, info }: StoredToken, key: Uint8Array): OtpAlgorithm {
  const hashlib = hashlibs.find((each) => each === info.hashlib) ?? "sha1";
  return { key, hashlib, digits: row.otp_length };
}

/**
 * Parses a key in the format `otpkeyformat`.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function decodeKey(otpkey: string, parameters: Parameters): Uint8Array {
  const format = choiceParameter(parameters, "otpkeyformat", ["hex", "base32check"]) ?? "hex";
  // the message must not contain the key
  const bad = () => parameterError(problemMessage("is not valid", `the key in ${format}`, "otpkey"));
  if (format === "hex") {
    if (!/^([0-9a-f]{2}){1,256}$/i.test(otpkey)) throw bad();
    return Buffer.from(otpkey, "hex");
  }
  if (!/^[a-z2-7 -]{8,400}=*$/i.test(otpkey)) throw bad();
  const bytes = Buffer.from(Secret.fromBase32(otpkey.replace(/[ =-]/g, "")).hex, "hex");
  const key = bytes.subarray(checksumBytes);
  const checksum = createHash("sha1").update(key).digest().subarray(0, checksumBytes);
  if (key.length === 0 || !checksum.equals(bytes.subarray(0, checksumBytes))) throw bad();
  return key;
}
