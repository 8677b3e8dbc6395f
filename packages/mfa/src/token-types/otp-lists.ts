import { sameSecret } from "../secrets/passwords.js";
import { infoNumber, storedWindow } from "../tokens/info-numbers.js";
import { findOtp, findOtpPair, isDigits, type OtpAlgorithm, otpOf } from "../tokens/otp.js";
import { otpAlgorithmFrom, otpAlgorithmOf, otpParameters } from "../tokens/otp-key.js";
import type { StoredToken } from "../tokens/stored-token.js";
import type { EnrolmentInput, TokenType } from "../tokens/token-type.js";
import { integerParameter, type Parameters, textParameter } from "../values/parameters.js";

/** Default number of OTPs on a list. */
const defaultLength = 100;

/** Tokeninfo field with the number of OTPs on the list. */
const listLength = "otp_list_length";

/** Tokeninfo field with the numbers of the remaining TANs. A number that is missing here can never be used again. */
const unusedTans = "unused_tans";

/** A printed list of OTPs that are used in order. The counter is the number of OTPs that were used or skipped. */
export const paper: TokenType = {
  type: "paper",
  title: "Paper token",
  description: "A printed list of one-time passwords that are used one after another.",
  serialPrefix: "PPR",
  challenge: "configured",
  prompt: "Enter the next one-time password of your list.",
  parameters: [...otpParameters, "papertoken_count"],
  enrol: (input) => enrolList(input, "papertoken_count"),
  fits: isDigits,
  verify(token, otp, { key }) {
    const { counter } = token.row;
    const window = storedWindow(token.row.count_window, 10);
    const last = Math.min(counter + window, lengthOf(token)) - 1;
    const found = findOtp(otpAlgorithmOf(token, key()), otp, counter, last);
    return found === undefined ? null : { counter: found + 1 };
  },
  resync(token, otps, { key }) {
    // the second OTP must be on the list as well
    const found = findOtpPair(otpAlgorithmOf(token, key()), otps, token.row.counter, lengthOf(token) - 2);
    return found === undefined ? null : { counter: found + 2 };
  },
};

/** A printed list of OTPs that are used in any order, each once. */
export const tan: TokenType = {
  type: "tan",
  title: "TAN token",
  description: "A printed list of one-time passwords that are used in any order.",
  serialPrefix: "PITN",
  challenge: "configured",
  prompt: "Enter a one-time password of your list.",
  parameters: [...otpParameters, "tantoken_count"],
  enrol(input) {
    const list = enrolList(input, "tantoken_count");
    const numbers = Array.from({ length: Number(list.info[listLength]) }, (_, number) => number);
    return { ...list, info: { ...list.info, [unusedTans]: numbers.join(",") } };
  },
  fits: isDigits,
  verify(token, otp, { key }) {
    const algorithm = otpAlgorithmOf(token, key());
    const unused = (token.info[unusedTans] ?? "").split(",", 1000).filter((number) => /^\d{1,4}$/.test(number));
    const found = unused.find((number) => sameSecret(otpOf(algorithm, Number(number)), otp));
    if (found === undefined) return null;
    const left = unused.filter((number) => number !== found).join(",");
    // the counter changes with each use, so that the second of two concurrent uses is refused: it would otherwise store
    // a list that still contains the TAN of the first
    return { counter: token.row.counter + 1, info: { [unusedTans]: left } };
  },
};

function enrolList({ parameters, random }: EnrolmentInput, count: string) {
  const algorithm = otpAlgorithmFrom(withKey(parameters), random);
  const length = integerParameter(parameters, count, { min: 1, max: 1000 }) ?? defaultLength;
  return {
    key: algorithm.key,
    otpLength: algorithm.digits,
    info: { hashlib: algorithm.hashlib, [listLength]: String(length) },
    detail: () => ({ otps: otpList(algorithm, length) }),
  };
}

/** Adds `genkey` if no key is given, since the server generates the list. */
const withKey = (parameters: Parameters): Parameters =>
  textParameter(parameters, "otpkey") === undefined ? { ...parameters, genkey: 1 } : parameters;

/** Returns the OTPs by their numbers. */
const otpList = (algorithm: OtpAlgorithm, length: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length }, (_, number) => [number, otpOf(algorithm, number)]));

/** Returns the number of OTPs on the list, or 0 if the tokeninfo field is not a number. */
function lengthOf({ info }: StoredToken): number {
  return infoNumber(info, listLength) ?? 0;
}
