import {
  type BindingInput,
  type Bookend,
  type Call,
  createBookend,
  createCall,
  type Directories,
  defineAction,
  defineHandler,
  memoryBindings,
  type Token,
} from "@bookend/core";
import { z } from "zod";

const token: Token = {
  serial: "HOTP0001",
  type: "hotp",
  description: "",
  active: true,
  owner: { login: "alice", realm: "realm0", resolver: "r" },
  realms: ["realm0"],
  info: { count_auth: "5" },
  failCount: 0,
  maxFailCount: 10,
  otpCounter: 0,
  rolloutState: "",
};

const alice = { login: "alice", realm: "realm0", resolver: "r", attributes: {} };

/** Directories that respond immediately, so that only the dispatch is measured. */
export const directories: Directories = {
  users: {
    find: () => alice,
    resolversOf: () => ["r"],
  },
  tokens: { find: () => token, ofUser: () => [token] },
};

const noop = defineHandler({
  id: "Noop",
  description: "Does nothing.",
  positions: ["pre", "post"],
  actions: {
    nothing: defineAction({
      description: "Does nothing.",
      options: z.strictObject({}),
      changes: [],
      run: () => undefined,
    }),
  },
});

/** Returns a binding of the no-op action to the event `validate_check`. */
export function noopBinding(conditions: Record<string, unknown>, position: "pre" | "post" = "post"): BindingInput {
  return { name: "bench", events: ["validate_check"], position, handler: "Noop", action: "nothing", conditions };
}

/** Returns a ready Bookend with these bindings. */
export async function bookendWith(bindings: readonly BindingInput[]): Promise<Bookend> {
  const bookend = createBookend({ handlers: [noop], bindings: memoryBindings(bindings), directories });
  await bookend.ready();
  return bookend;
}

/** Returns a call by alice from realm0. */
export function aliceCall(event = "validate_check"): Call {
  return createCall({
    id: "call",
    event,
    request: {
      parameters: { user: "alice", serial: "HOTP0001", amount: 7 },
      headers: { "x-amount": "7" },
      clientIp: "10.0.0.1",
      user: { login: "alice", realm: "realm0" },
    },
  });
}
