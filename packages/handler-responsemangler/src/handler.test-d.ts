import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { responseMangler } from "./index.js";

it("needs no options", () => {
  expectTypeOf(responseMangler()).toEqualTypeOf<Handler>();
  // @ts-expect-error there is nothing to configure
  responseMangler({});
});
