import { type Condition, defineCondition, defineHandler, type Handler, nameSet } from "@bookend/core";
import { z } from "zod";
import type { Fault } from "./fault.js";

/** Returns a handler with the action `break`, which breaks in one way; its condition, if it has one, is `broken`. */
export function brokenHandler(fault: Fault, id = "Broken"): Handler {
  const { actions = () => ({ break: fallback }) } = fault;
  let reads = 0;
  return {
    id,
    description: "Breaks.",
    positions: ["pre", "post"],
    get actions() {
      return actions(reads++);
    },
    ...(fault.deliveries && { deliveries: fault.deliveries }),
    ...(fault.condition && { conditions: [{ ...sane, ...fault.condition } as Condition] }),
  };
}

/** Returns a handler with the action `say`, which works: it records its option `word`. */
export function soundHandler(said: string[]): Handler {
  return defineHandler({
    id: "Sound",
    description: "Says a word.",
    positions: ["pre", "post"],
    actions: {
      say: {
        description: "Says a word.",
        options: z.strictObject({ word: z.string() }),
        run: ({ options }) => void said.push(options.word),
      },
    },
  });
}

const fallback = { description: "", options: z.strictObject({}), run: () => undefined };
const sane = defineCondition({
  name: "broken",
  group: "general",
  description: "",
  value: nameSet({ of: "names" }),
  actual: () => "x",
  matches: (names, name) => names.has(name),
});
