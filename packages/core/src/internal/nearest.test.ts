import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./nearest.js";

const names = ["username", "userrealm", "serial", "surname", "To", "pin"];

test.each([
  ["usernme", "username"],
  ["userneam", "username"],
  ["serail", "serial"],
  ["Serial", "serial"],
  ["user_name", "username"],
  ["to", "To"],
  ["pni", "pin"],
])("%s suggests %s", (name, meant) => {
  expect(nearest(name, names)).toBe(meant);
});

test.each(["", "x", "color", "tokentype", "x".repeat(200)])("%s is similar to none of them", (name) => {
  expect(nearest(name, names)).toBeUndefined();
});

test("an exact match is the nearest", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1 }), fc.nat(), (candidates, at) => {
      const name = candidates[at % candidates.length] as string;
      expect(nearest(name, candidates)).toBe(name);
    }),
  );
});
