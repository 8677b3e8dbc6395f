import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { type TokenAdministration, token } from "./index.js";

declare const tokens: TokenAdministration;

it("requires all methods for the host's tokens", () => {
  expectTypeOf(token({ tokens })).toEqualTypeOf<Handler>();
  // @ts-expect-error tokens are missing
  token({});
  const { enroll, ...incomplete } = tokens;
  expectTypeOf(enroll).returns.resolves.toEqualTypeOf<{ readonly serial: string }>();
  // @ts-expect-error enroll is missing
  token({ tokens: incomplete });
});

it("accepts methods that return more than required, synchronously or asynchronously", () => {
  token({ tokens: { ...tokens, enable: async () => 1, setPin: () => "hash" } });
  // @ts-expect-error `increaseInfo` must return the new value
  token({ tokens: { ...tokens, increaseInfo: async () => undefined } });
});
