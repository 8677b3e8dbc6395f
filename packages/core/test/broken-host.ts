import {
  type BookendOptions,
  type CallResponse,
  type Condition,
  createBookend,
  createCall,
  defineCondition,
  defineHandler,
  type Handler,
  memoryAudit,
  memoryBindings,
  nameSet,
} from "@bookend/core";
import { z } from "zod";
import type { Fault } from "./third-party-faults.js";

/** A handler that works: `say` writes its option `word` down. */
export function sound(more: object, ran: string[] = []): Handler {
  return defineHandler({
    id: "Sound",
    description: "Says a word.",
    positions: ["pre", "post"],
    actions: {
      say: {
        description: "Says a word.",
        options: z.strictObject({ word: z.string() }),
        run: ({ options }) => void ran.push(options.word),
        ...more,
      },
    },
  });
}

/** A Bookend with three bindings of the event `login`, of which the second is broken. */
export async function brokenHost(fault: Fault, more: Partial<BookendOptions> & { ran?: string[] } = {}) {
  const { ran = [], ...options } = more;
  const audit = memoryAudit();
  const conditions = fault.conditions ?? (fault.condition ? { broken: "x" } : {});
  const { actions = () => ({ break: fallback }) } = fault;
  let reads = 0;
  const broken: Handler = {
    id: "Broken",
    description: "Breaks.",
    positions: ["post"],
    get actions() {
      return actions(reads++);
    },
    ...(fault.deliveries && { deliveries: fault.deliveries }),
    ...(fault.condition && { conditions: [{ ...sane, ...fault.condition } as Condition] }),
  };
  const say = (name: string) => ({ name, events: ["login"], handler: "Sound", action: "say", options: { word: name } });
  const bookend = createBookend({
    handlers: [sound({}, ran), broken],
    audit,
    lookupTimeoutMs: 20,
    directories: {
      tokens: { find: () => null, ofUser: () => [], ...fault.tokens },
    },
    bindings: memoryBindings([
      say("before"),
      {
        name: "broken",
        events: ["login"],
        handler: "Broken",
        action: "break",
        options: fault.options ?? {},
        conditions,
      },
      say("after"),
    ]),
    ...options,
  });
  await bookend.ready();
  const login = async (): Promise<CallResponse> => {
    const call = createCall({ event: "login", request: { parameters: { serial: "S1" } } });
    return bookend.handle(call, () => ({ status: 200, body: { result: { status: true, value: true } } }));
  };
  return { bookend, audit, login, ran };
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
