import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { webhook } from "./index.js";

it("needs no options, and accepts an operator's configuration", () => {
  expectTypeOf(webhook()).toEqualTypeOf<Handler>();
  webhook({ allow: ["10.1.0.0/16"], secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], timeoutMs: 5_000 });
  // @ts-expect-error secrets are a list
  webhook({ secrets: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
  // @ts-expect-error a misspelled option
  webhook({ alow: [] });
});
