import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";
import { flagParameter, type Parameters, textParameter } from "../values/parameters.js";
import { decodeKey, keySizes, otpAlgorithmOf } from "./otp-key.js";
import type { StoredToken } from "./stored-token.js";

/** Number of bytes that the app adds. */
const clientBytes = 8;

/** Rounds of PBKDF2. */
const hashRounds = 10_000;

/**
 * The fields that the first step of an enrollment adds to those of the token type. The stored key is the server's part
 * until the second step.
 */
export interface FirstStep {
  readonly rolloutState: "enrolled" | "clientwait";
  readonly info: Readonly<Record<string, string>>;
  /** Additional parameters of the key URI for the app. */
  readonly uriParameters: Readonly<Record<string, string>>;
}

/** The parameter that requests two steps. */
export const twoStepParameter = "2stepinit";

/** Returns whether these parameters (`2stepinit`) begin an enrollment in two steps. */
export const isTwoStep = (parameters: Parameters): boolean => flagParameter(parameters, twoStepParameter);

/** Returns the fields for the first of two steps, or for an enrollment in one step, which adds none. */
export function firstStepFrom(parameters: Parameters, hashlib: keyof typeof keySizes): FirstStep {
  if (!isTwoStep(parameters)) return { rolloutState: "enrolled", info: {}, uriParameters: {} };
  const [size, rounds] = [String(clientBytes), String(hashRounds)];
  return {
    rolloutState: "clientwait",
    info: { "2step_clientsize": size, "2step_difficulty": rounds },
    uriParameters: {
      "2step_salt": size,
      "2step_output": String(keySizes[hashlib]),
      "2step_difficulty": rounds,
    },
  };
}

/**
 * Derives the key from both parts: PBKDF2 with HMAC-SHA-1 of the server's part in hex, salted with the app's part
 * (`otpkey`), with the length of the token's hash.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export async function joinKeys(token: StoredToken, serverPart: Uint8Array, parameters: Parameters): Promise<Buffer> {
  const given = textParameter(parameters, "otpkey");
  const appPart = given === undefined ? undefined : decodeKey(given, parameters);
  if (appPart?.byteLength !== clientBytes) {
    throw parameterError(problemMessage("is not valid", `the ${clientBytes} bytes that the app generated`, "otpkey"));
  }
  const { hashlib } = otpAlgorithmOf(token, serverPart);
  return promisify(pbkdf2)(Buffer.from(serverPart).toString("hex"), appPart, hashRounds, keySizes[hashlib], "sha1");
}
