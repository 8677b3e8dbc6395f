import { describe, expect, it } from "vitest";
import type { Schema } from "../api/describe.ts";
import { enumOf, fieldKind, isOpen, isVisible, referencesOf, resolveSchema } from "./field-kind.ts";
import { unknownTags } from "./unknown-tags.ts";

describe("fieldKind", () => {
  it.each<[string, Schema]>([
    ["text", { type: "string" }],
    ["text", { type: ["string", "null"] }],
    ["text", { type: ["string", "number", "boolean"] }],
    ["secret", { type: "string", "x-secret": true }],
    ["long-text", { type: "string", "x-secret": true, "x-widget": "text" }],
    ["text", { type: "string", "x-secret": "url" }],
    ["long-text", { type: "string", "x-widget": "text", "x-tags": [] }],
    ["enum", { type: "string", enum: ["a", "b"] }],
    ["enum", { const: "a" }],
    ["enum", { anyOf: [{ const: 1 }, { const: "auto" }] }],
    ["boolean", { type: "boolean" }],
    ["boolean", { type: ["boolean", "string", "integer"] }],
    ["number", { type: "integer" }],
    ["number", { type: ["integer", "string"] }],
    ["number", { type: "number", minimum: 0 }],
    ["date", { type: "string", format: "date" }],
    ["date-time", { type: "string", format: "date-time" }],
    ["object", { type: "object", properties: { a: { type: "string" } } }],
    ["json", { type: "object", additionalProperties: { type: "string" } }],
    ["strings", { type: "array", items: { type: "string" } }],
    ["strings", { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }],
    ["list", { type: "array", items: { type: "object", properties: { a: {} } } }],
    ["list", { type: "array", items: { type: "integer" } }],
    ["list", { type: "array", items: { type: "string", "x-secret": true } }],
    ["json", { type: "array" }],
    ["json", { anyOf: [{ type: "object", properties: { a: {} } }, { type: "number" }] }],
    ["json", {}],
  ])("is %s for %j", (kind, schema) => {
    expect(fieldKind(schema)).toBe(kind);
  });

  it("is json for an object that is nested too deeply", () => {
    expect(fieldKind({ type: "object", properties: { a: {} } }, 6)).toBe("json");
  });
});

describe("resolveSchema", () => {
  const root: Schema = {
    $defs: { name: { type: "string", description: "of the definition" }, loop: { $ref: "#/$defs/loop" } },
  };
  it("follows local references, and drops null from unions", () => {
    expect(resolveSchema({ $ref: "#/$defs/name" }, root)).toEqual({ type: "string", description: "of the definition" });
    const optional = { anyOf: [{ $ref: "#/$defs/name" }, { type: "null" }], title: "Name" };
    expect(resolveSchema(optional, root)).toMatchObject({ type: "string", title: "Name" });
  });
  it("stops at a reference to itself, and at a reference to another document", () => {
    expect(fieldKind(resolveSchema({ $ref: "#/$defs/loop" }, root))).toBe("json");
    expect(fieldKind(resolveSchema({ $ref: "https://elsewhere.example/schema" }, root))).toBe("json");
  });
});

it("does not open self-references and deeply nested objects until they have a value", () => {
  const root: Schema = {
    $defs: {
      node: { type: "object", properties: { left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } } },
    },
  };
  const own = referencesOf({ anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] }, root);
  expect(own).toEqual(["#/$defs/node"]);
  expect(isOpen(undefined, 0, own, [])).toBe(true);
  expect(isOpen(undefined, 1, own, own)).toBe(false);
  expect(isOpen({}, 1, own, own)).toBe(true);
  expect(isOpen(undefined, 2, [], own)).toBe(true);
  expect(isOpen(undefined, 3, [], [])).toBe(false);
});

it("lists the values of unions of constants", () => {
  expect(enumOf({ oneOf: [{ const: 1 }, { enum: ["a", "b"] }, { type: "null" }] })).toEqual([1, "a", "b"]);
  expect(enumOf({ oneOf: [{ const: 1 }, { type: "string" }] })).toBeUndefined();
});

describe("isVisible", () => {
  const siblings: Schema = { properties: { kind: { type: "string", default: "a" }, flag: { type: "boolean" } } };
  it.each<[boolean, Schema["x-visible-if"], Record<string, unknown>]>([
    [true, undefined, {}],
    [true, { option: "kind", value: "a" }, {}],
    [false, { option: "kind", value: "b" }, {}],
    [true, { option: "kind", value: ["b", "c"] }, { kind: "c" }],
    [true, { option: "flag", value: true }, { flag: "True" }],
    [false, { option: "flag", value: true }, { flag: "0" }],
    [true, { option: "kind" }, { kind: "x" }],
    [false, { option: "flag" }, {}],
    [false, { option: "constructor" }, {}],
    [false, { option: "__proto__" }, {}],
  ])("is %s for the rule %j and the values %j", (expected, rule, values) => {
    expect(isVisible(rule ? { "x-visible-if": rule } : {}, values, siblings)).toBe(expected);
  });
});

it("finds tags that do not exist, and leaves braces, formats and paths alone", () => {
  const tags = ["serial", "now"].map((name) => ({ name, description: "", secret: false }));
  const all = [...tags, { name: "param.", description: "", secret: false, path: true }];
  const text = "{serial} {seriel} \\{brace} {now:dd.MM} {param.amount} {param.} { json: 1 } {}";
  expect(unknownTags(text, all).map(({ name }) => name)).toEqual(["seriel", "param."]);
});
