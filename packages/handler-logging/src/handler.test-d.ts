import type { Handler } from "@bookend/core";
import { pino } from "pino";
import { expectTypeOf, it } from "vitest";
import { logging, type ParentLogger } from "./index.js";

it("accepts pino, but not a logger that cannot create children", () => {
  expectTypeOf(pino()).toExtend<ParentLogger>();
  expectTypeOf(logging({ logger: pino() })).toEqualTypeOf<Handler>();
  // @ts-expect-error the console has no children
  logging({ logger: console });
});
