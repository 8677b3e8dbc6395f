import { describe, expect, it } from "vitest";
import { emptyDraft, mergeDrafts, sameDraft, secretOptions, setField, withoutSecrets } from "./draft.ts";

const base = {
  ...emptyDraft,
  name: "Mail",
  options: { subject: "a", body: "b", secret: "***" },
  conditions: { realm: "x" },
};

describe("mergeDrafts", () => {
  it("keeps both changes if they affect different fields", () => {
    const theirs = { ...base, active: false, options: { ...base.options, subject: "theirs" } };
    const mine = { ...base, conditions: { realm: "x", tokentype: "hotp" }, options: { ...base.options, body: "mine" } };
    const { merged, conflicts, taken } = mergeDrafts(base, theirs, mine);
    expect([conflicts, taken]).toEqual([[], ["active", "options.subject"]]);
    expect(merged).toEqual({
      ...base,
      active: false,
      options: { subject: "theirs", body: "mine", secret: "***" },
      conditions: { realm: "x", tokentype: "hotp" },
    });
  });

  it("keeps my value if both changed a field, and lists the field; what was removed stays removed", () => {
    const { body: _body, ...fewer } = base.options;
    const theirs = { ...base, name: "Theirs", conditions: {} };
    const mine = { ...base, name: "Mine", options: fewer };
    const { merged, conflicts } = mergeDrafts(base, theirs, mine);
    expect(conflicts).toEqual([{ field: "name", theirs: "Theirs", mine: "Mine" }]);
    expect(merged).toEqual({ ...base, name: "Mine", options: fewer, conditions: {} });
    expect(setField(merged, "name", "Theirs").name).toBe("Theirs");
    expect(setField(merged, "options.subject", undefined).options).toEqual({ secret: "***" });
  });

  it("has no conflict if both changed a field to the same value", () => {
    const changed = { ...base, name: "Same" };
    expect(mergeDrafts(base, changed, changed).conflicts).toEqual([]);
  });
});

it("compares drafts regardless of the order of their options", () => {
  const turned = { ...base, options: { secret: "***", body: "b", subject: "a" } };
  expect(sameDraft(base, turned)).toBe(true);
  expect(sameDraft(base, { ...turned, ordering: 1 })).toBe(false);
});

describe("withoutSecrets", () => {
  it("drops secrets that were typed, at any depth, and keeps *** for stored ones", () => {
    const action = {
      name: "post",
      description: "",
      positions: [],
      options: {
        properties: {
          secret: { type: "string", "x-secret": true },
          login: { type: "object", properties: { password: { type: "string", "x-secret": true } } },
          list: { type: "array", items: { $ref: "#/$defs/key" } },
          url: { type: "string", "x-secret": "url" },
          body: { type: "string" },
        },
      },
    };
    const secrets = secretOptions(action);
    expect([...secrets]).toEqual(["secret", "login", "list", "url"]);
    const typed = {
      ...base,
      options: { secret: "s3cret", login: { password: "p" }, list: [1], url: "u", body: "mine" },
    };
    expect(withoutSecrets(typed, base, secrets).options).toEqual({ secret: "***", body: "mine" });
  });
});
