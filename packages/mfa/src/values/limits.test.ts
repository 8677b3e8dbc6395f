import { expect, it } from "vitest";
import { checkFieldCount, checkInfo, checkLength, checkLengths } from "./limits.js";

it("names the field, its length and what is allowed", () => {
  expect(checkLength("name", "x".repeat(255))).toHaveLength(255);
  expect(() => checkLength("name", "x".repeat(256))).toThrowError(/^name: has 256 characters\. Allowed: up to 255\.$/);
  expect(() => checkLengths({ description: "d".repeat(1_000), port: 25, name: "n".repeat(255) })).not.toThrow();
  expect(() => checkLengths({ description: "d".repeat(1_001) })).toThrowError(/description/);
});

it("limits info fields by name, value and number", () => {
  checkInfo("tokeninfo", { k: "v".repeat(10_000) });
  expect(() => checkInfo("tokeninfo", { k: "v".repeat(10_001) })).toThrowError(/tokeninfo k: has 10001/);
  expect(() => checkInfo("container info", { ["k".repeat(256)]: "" })).toThrowError(/name of a field/);
  checkFieldCount("tokeninfo", 1_000);
  expect(() => checkFieldCount("tokeninfo", 1_001)).toThrowError(/1001 fields\. Allowed: up to 1000/);
});
