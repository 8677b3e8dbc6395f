import { problemMessage as ofCore } from "@bookend/core";
import { expect, it } from "vitest";
import { problemMessage } from "./problem-message.js";

it.each([
  ["is missing", "a name", "--user"],
  ['the plan "a.json" is not valid', "a plan", undefined],
  ['there is no such field. Did you mean "name"?', "name", "nmae"],
])("formats the problem %j like core", (wrong, allowed, field) => {
  expect(problemMessage(wrong, allowed, field)).toBe(ofCore(wrong, allowed, field));
});
