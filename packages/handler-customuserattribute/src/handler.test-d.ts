import type { Handler } from "@bookend/core";
import { expectTypeOf, it } from "vitest";
import { customUserAttribute, type UserAttributes } from "./index.js";

declare const attributes: UserAttributes;

it("requires the host's attributes", () => {
  expectTypeOf(customUserAttribute({ attributes })).toEqualTypeOf<Handler>();
  // @ts-expect-error attributes are missing
  customUserAttribute({});
  // @ts-expect-error `delete` must return whether the attribute existed
  customUserAttribute({ attributes: { ...attributes, delete: async () => undefined } });
});
