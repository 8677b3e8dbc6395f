import { expect, test } from "vitest";
import { problemMessage } from "./problem-message.js";

test.each([
  [["3 is not valid", "1, 2", "retry"], "retry: 3 is not valid. Allowed: 1, 2."],
  [['there is no tag {a}; did you mean "b"?', "b"], 'there is no tag {a}; did you mean "b"? Allowed: b.'],
  [['"1." is not valid.', "1"], '"1." is not valid. Allowed: 1.'],
  [['it is "a."', "b"], 'it is "a.". Allowed: b.'],
  [["must be a string", ""], "must be a string."],
  [["cannot be read", undefined, "body"], "body: cannot be read."],
] as const)("a message of %j", ([wrong, allowed, field], message) => {
  expect(problemMessage(wrong, allowed, field)).toBe(message);
});
