import {
  asRecorded,
  describeRecordedCases,
  type RecordedRun,
  type RecordedState,
  readRecordedCases,
  runRecordedCase,
} from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { customUserAttribute } from "../src/index.js";
import { recordedAttributes } from "./recorded-attributes.js";

interface After {
  readonly attributes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const fixtures = new URL("fixtures/", import.meta.url);

const run: RecordedRun<After> = {
  prepare: ({ state }) => ({
    handler: customUserAttribute({ attributes: recordedAttributes(state) }),
    observe: () => ({ attributes: { alice: attributesOf(state, "alice"), bob: attributesOf(state, "bob") } }),
  }),
};

describeRecordedCases<After>({
  ...run,
  handler: "CustomUserAttributes",
  fixtures,
  count: 12,
  recordedAfter: ({ after }) => after,
});

describe("recorded deletions without attrvalue, which privacyIDEA ignored", () => {
  const deletions = readRecordedCases<After>(fixtures).filter(({ action }) => action.startsWith("delete"));

  it.each(deletions)("$id $action $options", async (recorded) => {
    const { attrvalue, ...options } = recorded.options;
    const seen = await runRecordedCase(recorded, { ...run, options: () => options });
    expect(asRecorded(seen)).toEqual({ success: Number(recorded.result) > 0, ...recorded.after });
  });
});

function attributesOf(state: RecordedState, login: string): Readonly<Record<string, string>> {
  const found = state.user_attributes?.find(({ user }) => user.login === login && user.realm === "realm1");
  return found?.attributes ?? {};
}
