import type { Handler } from "@bookend/core";
import { pino } from "pino";
import { expectTypeOf, it } from "vitest";
import { logging, type ParentLogger } from "./index.js";

it("takes pino as it is, and nothing less than a logger with children", () => {
  expectTypeOf(pino()).toExtend<ParentLogger>();
  expectTypeOf(logging({ logger: pino() })).toEqualTypeOf<Handler>();
  // @ts-expect-error the console has no children
  logging({ logger: console });
});
