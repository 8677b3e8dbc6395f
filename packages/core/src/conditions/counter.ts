import type { Token } from "../contracts/directories.js";
import { mapMaybe } from "../contracts/maybe-promise.js";
import { defineCondition } from "../definitions/condition.js";
import { comparison, counterComparison, fulfils, readInteger } from "../values/comparison.js";
import { fieldOf } from "./own-value.js";

/** The tokeninfo field `count_auth`, which counts all authentications. */
export const countAuth = tokenNumber(
  "count_auth",
  "The number of authentications with the token, successful or not, fulfills this comparison.",
  ({ info }) => countIn(info, "count_auth"),
);

/** The tokeninfo field `count_auth_success`, which counts successful authentications. */
export const countAuthSuccess = tokenNumber(
  "count_auth_success",
  "The number of successful authentications with the token fulfills this comparison.",
  ({ info }) => countIn(info, "count_auth_success"),
);

/** All authentications except the successful ones. */
export const countAuthFail = tokenNumber(
  "count_auth_fail",
  "The number of failed authentications with the token fulfills this comparison.",
  ({ info }) => {
    const all = countIn(info, "count_auth");
    const successful = countIn(info, "count_auth_success");
    return all === undefined || successful === undefined ? undefined : all - successful;
  },
);

/** Failed attempts since the last success. */
export const failcounter = tokenNumber(
  "failcounter",
  "The failcount of the token fulfills this comparison.",
  ({ failCount }) => failCount,
);

/** The OTP counter. */
export const otpCounter = tokenNumber(
  "otp_counter",
  "The OTP counter of the token fulfills this comparison.",
  ({ otpCounter: count }) => count,
);

/** The value of an event counter; 0 for a counter that does not exist. */
export const counter = defineCondition({
  name: "counter",
  group: "counter",
  description: "An event counter fulfills this comparison; one that does not exist is 0.",
  value: counterComparison(),
  needs: ["counters"],
  actual: (facts, { key }) => facts.counter(key),
  matches: (wanted, value) => fulfils(wanted, value),
});

function tokenNumber(name: string, description: string, read: (token: Token) => number | undefined) {
  const numberOf = (token: Token | null) => (token ? read(token) : undefined);
  return defineCondition({
    name,
    group: "counter",
    description,
    value: comparison(),
    needs: ["tokens"],
    actual: (facts) => mapMaybe(facts.token(), numberOf),
    matches: fulfils,
  });
}

/** Returns a count in the tokeninfo: 0 if the field is missing or empty, undefined if it is not an integer. */
function countIn(info: Token["info"], key: string): number | undefined {
  const stored = fieldOf(info, key);
  return stored ? readInteger(stored) : 0;
}
