import { maxWindow, storedWindow } from "../tokens/info-numbers.js";
import { otpKeyDetail } from "../tokens/key-uri.js";
import { findOtp, findOtpPair, isDigits } from "../tokens/otp.js";
import { otpAlgorithmFrom, otpAlgorithmOf, otpParameters } from "../tokens/otp-key.js";
import type { TokenType } from "../tokens/token-type.js";
import { firstStepFrom, twoStepParameter } from "../tokens/two-step.js";

/** Number of OTPs, beginning with that of the counter, that are accepted if the token's window is out of range. */
const defaultWindow = 10;

/** A token whose counter increases with each OTP. Source: RFC 4226. */
export const hotp: TokenType = {
  type: "hotp",
  title: "HOTP event based token",
  description: "An app or a device that shows the next one-time password on demand.",
  serialPrefix: "OATH",
  challenge: "configured",
  prompt: "Enter your one-time password.",
  twoStep: true,
  parameters: [...otpParameters, twoStepParameter],
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
  fits: isDigits,
  verify(token, otp, { key }) {
    const { counter } = token.row;
    const window = storedWindow(token.row.count_window, defaultWindow);
    const found = findOtp(otpAlgorithmOf(token, key()), otp, counter, counter + window - 1);
    return found === undefined ? null : { counter: found + 1 };
  },
  resync(token, otps, { key }) {
    const { counter } = token.row;
    const window = storedWindow(token.row.sync_window, maxWindow);
    const found = findOtpPair(otpAlgorithmOf(token, key()), otps, counter, counter + window);
    return found === undefined ? null : { counter: found + 2 };
  },
};
