import { describe, expect, it } from "vitest";
import { conditionInWords, conditionsInWords } from "./conditions-in-words.ts";

describe("conditionInWords", () => {
  it.each([
    ["tokentype", "hotp", "token type is hotp"],
    ["tokentype", "hotp,totp, sms", "token type is hotp, totp or sms"],
    ["tokentype", ["hotp", "totp"], "token type is hotp or totp"],
    ["client_ip", "10.0.0.0/8,-10.1.1.1", "client IP is 10.0.0.0/8, not 10.1.1.1"],
    ["token_locked", "True", "token locked is yes"],
    ["token_locked", false, "token locked is no"],
    ["count_auth_fail", ">5", "count auth fail is more than 5"],
    ["count_auth", "7", "count auth is 7"],
    ["parameter", "amount >= 100", "parameter amount is at least 100"],
    ["header", "x-app 'string_contains' mobile", "header x-app contains mobile"],
    ["tokeninfo", "a '!matches' b.*", "token info a does not match b.*"],
    ["serial", "^OATH.*=x", "serial matches ^OATH.*=x"],
    ["last_auth", "180d", "last auth is longer ago than 180d"],
    ["rollout_state", "", "rollout state is empty"],
    ["own_condition", { a: 1 }, 'own condition is {"a":1}'],
  ])("describes %s %j", (name, value, expected) => {
    expect(conditionInWords(name, value, "en")).toBe(expected);
  });
});

it("combines conditions, in both languages", () => {
  const conditions = { tokentype: "hotp,totp", failcounter: ">=3" };
  expect(conditionsInWords(conditions, "en")).toBe("token type is hotp or totp and fail counter is at least 3");
  expect(conditionsInWords(conditions, "de")).toBe("token type ist hotp oder totp und fail counter ist mindestens 3");
  expect(conditionsInWords({}, "en")).toBe("always");
});
