import { expect, test } from "vitest";
import { sampleValue } from "./sample-value.js";
import { baseTags } from "./tags.js";

// tags without a sample, since every call has a value for them
const others = new Set(["event", "call_id", "action", "time", "date", "now"]);

test.each([...baseTags.values()].filter(({ name, secret }) => !secret && !others.has(name)).map(({ name }) => name))(
  "an invented call has a value for {%s}",
  (name) => {
    expect(sampleValue(name)).toMatch(/^[^{]+$/);
  },
);

test.each(["param.reason", "user.department", "company", "__proto__", "constructor"])(
  "a tag that only a host knows is shown as its name: {%s}",
  (name) => {
    expect(sampleValue(name)).toBe(`{${name}}`);
  },
);
