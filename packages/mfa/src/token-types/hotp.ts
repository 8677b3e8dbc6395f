import { otpKeyDetail } from "../tokens/key-uri.js";
import { findOtp, findOtpPair } from "../tokens/otp.js";
import { otpAlgorithmFrom, otpAlgorithmOf } from "../tokens/otp-key.js";
import type { TokenType } from "../tokens/token-type.js";
import { firstStepFrom } from "../tokens/two-step.js";

/** Counts up with each OTP. Source: RFC 4226. */
export const hotp: TokenType = {
  type: "hotp",
  title: "HOTP event based token",
  description: "An app or a device that shows the next one-time password on demand.",
  serialPrefix: "OATH",
  challenge: "configured",
  prompt: "Enter your one-time password.",
  twoStep: true,
  enrol({ parameters, random }) {
    const algorithm = otpAlgorithmFrom(parameters, random);
    const { rolloutState, info, uriParameters } = firstStepFrom(parameters, algorithm.hashlib);
    return {
      key: algorithm.key,
      otpLength: algorithm.digits,
      rolloutState,
      info: { hashlib: algorithm.hashlib, ...info },
      detail: (serial, issuer) => otpKeyDetail(algorithm, { serial, issuer, uriParameters }),
    };
  },
  verify(token, otp, { key }) {
    const { counter, count_window } = token.row;
    const found = findOtp(otpAlgorithmOf(token, key()), otp, counter, counter + count_window - 1);
    return found === undefined ? null : { counter: found + 1 };
  },
  resync(token, otps, { key }) {
    const { counter, sync_window } = token.row;
    const found = findOtpPair(otpAlgorithmOf(token, key()), otps, counter, counter + sync_window);
    return found === undefined ? null : { counter: found + 2 };
  },
};
