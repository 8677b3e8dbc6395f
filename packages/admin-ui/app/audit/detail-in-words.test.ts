import { expect, it } from "vitest";
import { detailInWords } from "./detail-in-words.ts";

it.each([
  ['{"value":3}', "value: 3"],
  ['{"state":"sent","attempts":1}', "state: sent, attempts: 1"],
  ['{"__proto__":"x","to":["a"]}', '__proto__: x, to: ["a"]'],
  ["[1]", "[1]"],
  ["null", "null"],
  ["wrong otp value", "wrong otp value"],
  ["{half", "{half"],
])("shows %s as %s", (detail, shown) => {
  expect(detailInWords(detail)).toBe(shown);
});
