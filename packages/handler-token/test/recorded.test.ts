import { readInstant } from "@bookend/core";
import { describeRecordedCases, type RecordedCase, type RecordedToken } from "@bookend/test-kit";
import { token } from "../src/index.js";
import { recordedTokens } from "./recorded-tokens.js";

interface After {
  readonly tokens?: RecordedToken[];
  readonly response?: unknown;
}

describeRecordedCases<After>({
  handler: "Token",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 57,
  prepare: ({ state }, recorded) => ({
    handler: token({ tokens: recordedTokens(state) }),
    observe: ({ response }) => comparable(recorded, { tokens: state.tokens ?? [], response: response.body }),
  }),
  recordedAfter: (recorded) => comparable(recorded, recorded.after),
});

/**
 * Keeps the fields that the handler decides. The host generates the serial and the tokeninfo of a new token; validity
 * is compared as instants, a PIN by its length.
 */
function comparable({ action }: RecordedCase<After>, { tokens, response }: After): object {
  if (action === "set random pin") {
    return { response: JSON.stringify(response).replace(/"pin":"(\w{6}|<random 6 chars>)"/, "PIN") };
  }
  const validity = ([key, value]: [string, string]) => [
    key,
    key.startsWith("validity_period") ? readInstant(value) : value,
  ];
  const shown = (one: RecordedToken) =>
    action === "enroll"
      ? { ...one, serial: "new", tokeninfo: {} }
      : { ...one, tokeninfo: Object.fromEntries(Object.entries(one.tokeninfo).map(validity)) };
  return { tokens: tokens?.map(shown) };
}
