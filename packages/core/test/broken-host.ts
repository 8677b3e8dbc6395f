import {
  type BookendOptions,
  type CallResponse,
  createBookend,
  createCall,
  defineHandler,
  type Handler,
  memoryAudit,
  memoryBindings,
} from "@bookend/core";
import { brokenHandler, type Fault } from "@bookend/test-kit/third-party";
import { z } from "zod";

/** Creates a handler that works: `say` records its option `word`. */
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

/** Creates a Bookend with three bindings of the event `login`, the second of which is broken. */
export async function brokenHost(fault: Fault, more: Partial<BookendOptions> & { ran?: string[] } = {}) {
  const { ran = [], ...options } = more;
  const audit = memoryAudit();
  const conditions = fault.conditions ?? (fault.condition ? { broken: "x" } : {});
  const say = (name: string) => ({ name, events: ["login"], handler: "Sound", action: "say", options: { word: name } });
  const bookend = createBookend({
    handlers: [sound({}, ran), brokenHandler(fault)],
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
        position: fault.position ?? "post",
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
