import type { Call, Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { script } from "./index.js";

it("needs no options, and passes the call to `commit`", () => {
  expectTypeOf(script()).toEqualTypeOf<Handler>();
  script({
    commit(call) {
      expectTypeOf(call).toEqualTypeOf<Call>();
    },
  });
  script({ commit: async () => undefined });
  // @ts-expect-error the values of environment variables are strings
  script({ environment: { DEBUG: true } });
});
