import type { Call, Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { script } from "./index.js";

it("needs no options, and passes the call's identity to the commit", () => {
  expectTypeOf(script()).toEqualTypeOf<Handler>();
  script({
    commit(call) {
      expectTypeOf(call).toEqualTypeOf<Call>();
    },
  });
  script({ commit: async () => undefined });
  // @ts-expect-error an environment holds strings
  script({ environment: { DEBUG: true } });
});
