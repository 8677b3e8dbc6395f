import {
  type ActionContext,
  type BindingInput,
  type Bookend,
  type BookendOptions,
  type Call,
  type CallInput,
  createBookend,
  createCall,
  defineAction,
  defineHandler,
  type FactName,
  type Handler,
  memoryAudit,
  memoryBindings,
  type Outcome,
} from "@bookend/core";
import { z } from "zod";

/** The behavior of a probe action. */
export type ProbeAction = (
  context: ActionContext<{ note?: string | undefined }>,
) => Outcome | Promise<Outcome | void> | void;

/** Returns a handler `Probe` whose actions are the given functions; each takes the option `note`. */
export function probe(
  actions: Record<string, ProbeAction>,
  more: { changes?: readonly FactName[]; timeoutMs?: number } & Partial<Omit<Handler, "actions">> = {},
): Handler {
  const { changes, timeoutMs, ...handler } = more;
  const options = z.strictObject({ note: z.string().optional() });
  return defineHandler({
    id: "Probe",
    description: "Runs a function of the test.",
    positions: ["pre", "post"],
    ...handler,
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, run]) => [
        name,
        defineAction({
          description: `Runs ${name}.`,
          options,
          run,
          ...(changes && { changes }),
          ...(timeoutMs && { timeoutMs }),
        }),
      ]),
    ),
  });
}

/** Returns a binding of `Probe` to the event `login`. */
export function binding(input: Partial<BindingInput> & { action: string }): BindingInput {
  return { name: input.action, events: ["login"], handler: "Probe", ...input };
}

/**
 * Creates a Bookend with the `stored` bindings and an audit log in memory. Its `login` makes a call of the event
 * `login` that succeeds.
 */
export async function host(
  options: Partial<BookendOptions> & { handlers: readonly Handler[]; stored: readonly BindingInput[] },
) {
  const audit = memoryAudit();
  const { stored, ...rest } = options;
  const bookend = createBookend({ bindings: memoryBindings(stored), audit, ...rest });
  await bookend.ready();
  return { bookend, audit, login: (input?: Partial<CallInput>) => login(bookend, input) };
}

async function login(
  bookend: Bookend,
  input: Partial<CallInput> = {},
): Promise<{ call: Call; status: number; body: unknown }> {
  const call = createCall({ event: "login", ...input });
  const response = await bookend.handle(call, () => ({ status: 200, body: { result: { status: true, value: true } } }));
  return { call, ...response };
}

/** Returns a promise and the function that resolves it. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
