import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { responseMangler } from "./index.js";

it("is made from nothing", () => {
  expectTypeOf(responseMangler()).toEqualTypeOf<Handler>();
  // @ts-expect-error there is nothing to configure
  responseMangler({});
});
