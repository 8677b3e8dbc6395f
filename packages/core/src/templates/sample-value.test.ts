import { expect, test } from "vitest";
import { sampleValue } from "./sample-value.js";
import { baseTags } from "./tags.js";

// a secret is never shown, and these every call has
const others = new Set(["event", "call_id", "action", "time", "date", "now"]);

test.each([...baseTags.values()].filter(({ name, secret }) => !secret && !others.has(name)).map(({ name }) => name))(
  "a call that is made up has a value for {%s}",
  (name) => {
    expect(sampleValue(name)).toMatch(/^[^{]+$/);
  },
);

test.each(["param.reason", "user.department", "company", "__proto__", "constructor"])(
  "what only a host knows stands for itself: {%s}",
  (name) => {
    expect(sampleValue(name)).toBe(`{${name}}`);
  },
);
