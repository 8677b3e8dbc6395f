import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { type TokenAdministration, token } from "./index.js";

declare const tokens: TokenAdministration;

it("needs the host's tokens, whole", () => {
  expectTypeOf(token({ tokens })).toEqualTypeOf<Handler>();
  // @ts-expect-error tokens are missing
  token({});
  const { enroll, ...incomplete } = tokens;
  expectTypeOf(enroll).returns.resolves.toEqualTypeOf<{ readonly serial: string }>();
  // @ts-expect-error enroll is missing
  token({ tokens: incomplete });
});

it("takes methods that answer with more than is needed, at once or later", () => {
  token({ tokens: { ...tokens, enable: async () => 1, setPin: () => "hash" } });
  // @ts-expect-error the new value is needed
  token({ tokens: { ...tokens, increaseInfo: async () => undefined } });
});
