import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { type TokenAdministration, token } from "./index.js";

declare const tokens: TokenAdministration;

it("`token` requires every method of `TokenAdministration`", () => {
  expectTypeOf(token({ tokens })).toEqualTypeOf<Handler>();
  // @ts-expect-error tokens are missing
  token({});
  const { enroll, ...incomplete } = tokens;
  expectTypeOf(enroll).returns.resolves.toEqualTypeOf<{ readonly serial: string }>();
  // @ts-expect-error enroll is missing
  token({ tokens: incomplete });
});

it("`token` accepts methods that return more than required, but not less, with or without a promise", () => {
  token({ tokens: { ...tokens, enable: async () => 1, setPin: () => "hash" } });
  // @ts-expect-error `increaseInfo` must return the new value
  token({ tokens: { ...tokens, increaseInfo: async () => undefined } });
});
