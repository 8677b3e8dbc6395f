import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { requestMangler } from "./index.js";

it("needs no options", () => {
  expectTypeOf(requestMangler()).toEqualTypeOf<Handler>();
  // @ts-expect-error there is nothing to configure
  requestMangler({});
});
