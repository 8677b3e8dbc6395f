import { infoNumber, maxWindow, storedWindow } from "../tokens/info-numbers.js";
import { otpKeyDetail } from "../tokens/key-uri.js";
import { findOtp, findOtpPair, isDigits } from "../tokens/otp.js";
import { otpAlgorithmFrom, otpAlgorithmOf, otpParameters } from "../tokens/otp-key.js";
import type { StoredToken } from "../tokens/stored-token.js";
import type { TokenType } from "../tokens/token-type.js";
import { firstStepFrom, twoStepParameter } from "../tokens/two-step.js";
import { choiceParameter, integerParameter } from "../values/parameters.js";

/** Default maximum deviation of a clock in seconds, in either direction. */
const defaultWindow = 90;

/** A time-based token. Source: RFC 6238. The counter is the time step after the last one used. */
export const totp: TokenType = {
  type: "totp",
  title: "TOTP time based token",
  description: "An app or a device that shows a one-time password that changes every 30 or 60 seconds.",
  serialPrefix: "TOTP",
  challenge: "configured",
  prompt: "Enter your one-time password.",
  twoStep: true,
  parameters: [...otpParameters, twoStepParameter, "timeStep", "timeWindow"],
  enrol({ parameters, random }) {
    const algorithm = otpAlgorithmFrom(parameters, random);
    const timeStep = choiceParameter(parameters, "timeStep", ["30", "60"]) ?? "30";
    const timeWindow = integerParameter(parameters, "timeWindow", { min: 0, max: 1000 }) ?? defaultWindow;
    const { rolloutState, info, uriParameters } = firstStepFrom(parameters, algorithm.hashlib);
    return {
      key: algorithm.key,
      otpLength: algorithm.digits,
      rolloutState,
      info: { hashlib: algorithm.hashlib, timeStep, timeWindow: String(timeWindow), timeShift: "0", ...info },
      detail: (serial, issuer) => otpKeyDetail(algorithm, { serial, issuer, period: Number(timeStep), uriParameters }),
    };
  },
  fits: isDigits,
  verify(token, otp, { key, now }) {
    const { step, shift, window } = clockOf(token);
    const current = Math.floor((now.getTime() / 1000 + shift) / step);
    const around = Math.floor(window / step);
    const first = Math.max(token.row.counter, current - around);
    const found = findOtp(otpAlgorithmOf(token, key()), otp, first, current + around);
    return found === undefined ? null : { counter: found + 1 };
  },
  resync(token, otps, { key, now }) {
    const { step } = clockOf(token);
    const current = Math.floor(now.getTime() / 1000 / step);
    const { counter } = token.row;
    const syncWindow = storedWindow(token.row.sync_window, maxWindow);
    const first = Math.max(counter, current - syncWindow);
    const found = findOtpPair(otpAlgorithmOf(token, key()), otps, first, current + syncWindow);
    if (found === undefined) return null;
    return { counter: found + 2, info: { timeShift: String((found + 1 - current) * step) } };
  },
};

function clockOf({ info }: StoredToken): { step: number; shift: number; window: number } {
  return {
    step: infoNumber(info, "timeStep") ?? 30,
    shift: infoNumber(info, "timeShift") ?? 0,
    window: infoNumber(info, "timeWindow") ?? defaultWindow,
  };
}
