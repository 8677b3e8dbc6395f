import type { CallField } from "../contracts/call.js";
import { defineCondition } from "../definitions/condition.js";
import type { FactsOf } from "../facts/facts-of.js";
import { readAddress } from "../values/address.js";
import { choice } from "../values/choice.js";
import { flag, flagIndex, readFlag } from "../values/flag.js";
import { ipSet } from "../values/ip-set.js";
import { pattern } from "../values/pattern.js";
import { ownValue } from "./own-value.js";

/**
 * The client's address is one of these addresses or in one of these networks. Unknown if the client's address is
 * missing or not valid.
 */
export const clientIp = defineCondition({
  name: "client_ip",
  group: "general",
  description: "The client's address is one of these, or in one of these networks.",
  value: ipSet(),
  actual: ({ call }) => {
    const address = call.request.clientIp;
    return address !== undefined && readAddress(address) ? address : undefined;
  },
  matches: (addresses, address) => addresses.has(address),
});

/** `result.status` of the response. */
export const resultStatus = defineCondition({
  name: "result_status",
  group: "general",
  description: "The result.status of the response has this value.",
  value: flag(),
  reads: () => fieldsOfResponse("result.status"),
  positions: ["post"],
  asksAboutFailure: true,
  fulfilledAfter: (wanted) => (wanted ? "success" : "failure"),
  actual: (facts) => booleanOf(resultField(facts, "status")),
  matches: (wanted, actual) => wanted === actual,
  index: flagIndex,
});

/** `result.value` of the response, read as a boolean. */
export const resultValue = defineCondition({
  name: "result_value",
  group: "general",
  description: "The result.value of the response, read as a boolean, has this value.",
  value: flag(),
  reads: () => fieldsOfResponse("result.value"),
  positions: ["post"],
  fulfilledAfter: () => "success",
  actual: (facts) => booleanOf(resultField(facts, "value")),
  matches: (wanted, actual) => wanted === actual,
  index: flagIndex,
});

/** `result.authentication` of the response. */
export const resultAuthentication = defineCondition({
  name: "result_authentication",
  group: "general",
  description: "The result.authentication of the response has this value.",
  value: choice(["ACCEPT", "REJECT", "CHALLENGE", "DECLINED"]),
  reads: () => fieldsOfResponse("result.authentication"),
  positions: ["post"],
  fulfilledAfter: () => "success",
  actual: (facts) => textOrNone(resultField(facts, "authentication")),
  matches: (wanted, actual) => wanted === actual,
  index: { keysOf: (wanted) => [wanted], keysIn: (actual) => actual },
});

/** `detail.message` of the response. */
export const detailMessage = defineCondition({
  name: "detail_message",
  group: "general",
  description: "The detail.message of the response contains a match of this regular expression.",
  value: pattern(),
  reads: () => fieldsOfResponse("detail.message"),
  positions: ["post"],
  actual: (facts) => textOrNone(ownValue(bodyField(facts, "detail"), "message")),
  matches: (wanted, message) => wanted.test(message),
});

/** `detail.error.message` of the response, otherwise its `result.error.message`, which some servers use instead. */
export const detailErrorMessage = defineCondition({
  name: "detail_error_message",
  group: "general",
  description: "The error message of the response contains a match of this regular expression.",
  value: pattern(),
  reads: () => fieldsOfResponse("detail.error.message", "result.error.message"),
  positions: ["post"],
  asksAboutFailure: true,
  actual: (facts) =>
    textOrNone(ownValue(ownValue(bodyField(facts, "detail"), "error"), "message")) ??
    textOrNone(ownValue(resultField(facts, "error"), "message")),
  matches: (wanted, message) => wanted.test(message),
});

function fieldsOfResponse(...paths: readonly string[]): readonly CallField[] {
  return paths.map((path) => ({ in: "response", path: path.split(".") }));
}

function bodyField({ call }: FactsOf<never>, name: string): unknown {
  return ownValue(call.response?.body, name);
}

function resultField(facts: FactsOf<never>, name: string): unknown {
  return ownValue(bodyField(facts, "result"), name);
}

/**
 * Reads a value as a boolean. Any value that is not a spelling of true counts as false; a missing value is undefined.
 */
function booleanOf(value: unknown): boolean | undefined {
  return value === undefined || value === null ? undefined : readFlag(value) === true;
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
