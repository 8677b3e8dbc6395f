import { expect, it } from "vitest";
import { createPinCheck } from "./pin-check.js";

function counted() {
  const asked: string[] = [];
  const verify = async (hash: string | null | undefined, pin: string) => {
    asked.push(`${hash} ${pin}`);
    return hash === pin;
  };
  return { asked, verify };
}

it("a PIN check computes no more hashes than allowed, and none of them twice", async () => {
  const { asked, verify } = counted();
  const pins = createPinCheck({ verify }, 3);
  expect(await pins.matches("1", "1")).toBe(true);
  expect(await pins.matches("1", "1")).toBe(true);
  expect(await pins.matches("1", "2")).toBe(false);
  expect(await pins.matches("2", "2")).toBe(true);
  expect(await pins.matches("3", "3")).toBeUndefined();
  expect(await pins.matches("1", "2")).toBe(false);
  expect(asked).toEqual(["1 1", "1 2", "2 2"]);
});

it("a PIN check computes no hash for a token without a PIN", async () => {
  const { asked, verify } = counted();
  const pins = createPinCheck({ verify }, 0);
  expect(await pins.matches(null, "")).toBe(true);
  expect(await pins.matches(null, "1")).toBe(false);
  expect(asked).toEqual([]);
});
