import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { requestMangler } from "./index.js";

it("is made from nothing", () => {
  expectTypeOf(requestMangler()).toEqualTypeOf<Handler>();
  // @ts-expect-error there is nothing to configure
  requestMangler({});
});
