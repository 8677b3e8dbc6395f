import {
  type Action,
  type AuditCall,
  type AuditEntry,
  type BindingInput,
  BookendError,
  type Call,
  type CallInput,
  type CallResponse,
  createBookend,
  createCall,
  type Delivery,
  type Handler,
  type Logger,
  memoryAudit,
  memoryBindings,
  type Outbox,
  type Position,
} from "@bookend/core";
import { inTime, turns } from "../deadline.js";
import { testDirectories } from "../fakes/test-directories.js";
import type { ActionSample, FromPeers, HandlerSubject, MakeHandler, Peers, TestHost } from "./handler-subject.js";

/** A sample with defaults filled in. */
export interface Use {
  readonly action: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly outcome: "done" | "skipped" | "failed";
  readonly call: Partial<CallInput>;
  readonly positions: readonly Position[];
}

/** A handler, the peers that it talks to, and how its actions are used. */
export interface TestBed extends TestHost {
  readonly peers: Peers;
  readonly uses: readonly Use[];
  /** Creates the handler and its directories again, as another process would. */
  again(): Promise<TestHost>;
}

/** Options for running one use of an action. */
export interface RunOptions {
  /** @default a new one for this run */
  readonly host?: TestHost | undefined;
  /** @default the first position of the use */
  readonly position?: Position | undefined;
  /** Milliseconds that the action may take. @default 8,000 */
  readonly timeoutMs?: number | undefined;
  /** Receives the deliveries. @default they are sent during the call */
  readonly outbox?: Outbox | undefined;
  /** Called instead of the action. */
  readonly around?: ((action: Action, context: Parameters<Action["run"]>[0]) => ReturnType<Action["run"]>) | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly call?: Partial<CallInput> | undefined;
}

/** Observations of a run. */
export interface Run {
  /** The audit entry of the action; undefined if it did not run. */
  readonly entry: AuditEntry | undefined;
  readonly calls: readonly AuditCall[];
  readonly call: Call;
  readonly response: CallResponse | undefined;
  /** The error with which `handle` rejected. */
  readonly error: unknown;
  readonly log: readonly string[];
}

/** Longest time that an action of a run may take, in milliseconds. */
const actionTimeoutMs = 8_000;

/** Starts the peers, creates the handler, runs a test with both, and stops the peers. */
export async function withTestBed<P extends Peers>(
  make: MakeHandler<P>,
  subject: HandlerSubject<P>,
  test: (bed: TestBed) => Promise<void> | void,
): Promise<void> {
  const started: Record<string, Peers[string]> = {};
  try {
    for (const [name, start] of Object.entries(subject.peers ?? {})) started[name] = await start();
    const peers = started as P;
    const again = async () => hostOf(await inTime(make(peers), "the factory"));
    const host = await again();
    const uses = Object.entries(subject.actions).flatMap(([action, samples]) =>
      [samples].flat().map((sample) => useOf(host.handler, action, sample as ActionSample<P>, peers, subject.call)),
    );
    await test({ ...host, peers, uses, again });
  } finally {
    await Promise.all(Object.values(started).map((peer) => peer.stop()));
  }
}

function hostOf(made: Handler | TestHost): TestHost {
  return "handler" in made ? made : { handler: made, directories: testDirectories() };
}

function useOf<P>(
  handler: Handler,
  action: string,
  sample: ActionSample<P>,
  peers: P,
  commonCall: Partial<CallInput> = {},
): Use {
  const { options, conditions = {}, outcome = "done", call = commonCall, positions } = sample;
  const known = handler.actions[action]?.positions ?? handler.positions;
  return { action, options: from(options, peers), conditions, outcome, call, positions: positions ?? known };
}

function from<P, T>(given: FromPeers<P, T>, peers: P): T {
  return typeof given === "function" ? (given as (peers: P) => T)(peers) : given;
}

/** Returns the call of the samples: by an administrator, about alice and her token. */
export function testCall(input: Partial<CallInput> = {}): Call {
  return createCall({
    event: "kit_call",
    actor: { username: "kit-admin", realm: "", role: "admin" },
    ...input,
    // `runUse` passes the sample's response to `handle`
    response: undefined,
    request: {
      method: "POST",
      path: "/kit/call",
      parameters: { user: "alice", realm: "kit", serial: "KIT0001", note: "kit" },
      headers: { "user-agent": "kit/1.0" },
      clientIp: "192.0.2.7",
      user: { login: "alice", realm: "kit", resolver: "kit", uid: "uid-alice" },
      ...input.request,
    },
  });
}

/** Returns the binding of a use. */
export function bindingOf(handler: Handler, use: Use, { position, outbox, options }: RunOptions = {}): BindingInput {
  return {
    name: `kit ${use.action}`,
    events: ["kit_call"],
    position: position ?? use.positions[0] ?? "post",
    handler: handler.id,
    action: use.action,
    options: options ?? use.options,
    conditions: use.conditions,
    ...(outbox && { delivery: "durable" }),
  };
}

/**
 * Binds the action, makes a call, and returns what was observed.
 *
 * @throws {BookendError} BINDING_INVALID, HANDLER_INVALID, …
 */
export async function runUse(bed: TestBed, use: Use, options: RunOptions = {}): Promise<Run> {
  const { around, outbox, timeoutMs = actionTimeoutMs } = options;
  const { handler, directories } = options.host ?? (await bed.again());
  const audit = memoryAudit();
  const { logger, lines } = recordingLogger();
  const bookend = createBookend({
    handlers: [instrumented(handler, around, options.timeoutMs)],
    bindings: memoryBindings(),
    directories,
    audit,
    logger,
    outbox,
    url: "https://kit.example",
    actionTimeoutMs: timeoutMs,
  });
  try {
    await bookend.ready();
    await bookend.bindings.add(bindingOf(handler, use, options));
    const call = testCall({ ...use.call, ...options.call });
    let response: CallResponse | undefined;
    let error: unknown;
    try {
      const answer = () => use.call.response ?? { status: 200, body: testBody() };
      response = await inTime(bookend.handle(call, answer), `the call with ${use.action}`, 4 * actionTimeoutMs);
    } catch (thrown) {
      error = thrown;
    }
    await turns();
    return { entry: audit.entries[0], calls: audit.calls, call, response, error, log: lines };
  } finally {
    bookend.close();
  }
}

function testBody(): unknown {
  return {
    jsonrpc: "2.0",
    id: 1,
    result: { status: true, value: true },
    detail: { serial: "KIT0001", message: "kit" },
  };
}

/** Returns a logger, and the lines that it has written. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`);
  return { logger: { debug: write, info: write, warn: write, error: write }, lines };
}

/** Returns the handler with a replacement for its actions, and a different time limit for them. */
function instrumented(handler: Handler, around: RunOptions["around"], timeoutMs: number | undefined): Handler {
  if (!around && timeoutMs === undefined) return handler;
  const made = new Map<Action, Action>();
  const wrap = (action: Action): Action => {
    let wrapped = made.get(action);
    if (!wrapped) {
      wrapped = {
        ...action,
        ...(timeoutMs !== undefined && { timeoutMs }),
        run: (context) => (around ? around(action, context) : action.run(context)),
      };
      made.set(action, wrapped);
    }
    return wrapped;
  };
  return {
    ...handler,
    get actions() {
      return Object.fromEntries(Object.entries(handler.actions).map(([name, action]) => [name, wrap(action)]));
    },
  };
}

/** Returns whether an action of a handler can be bound with durable deliveries. */
export function sendsAnything({ actions, deliveries = [] }: Handler, { action }: Use): boolean {
  return (actions[action]?.deliveries ?? deliveries).length > 0;
}

/** Returns an outbox that stores deliveries and reports that it accepted them. */
export function keepingOutbox(): { readonly outbox: Outbox; readonly deliveries: readonly Delivery[] } {
  const deliveries: Delivery[] = [];
  return {
    deliveries,
    outbox: {
      submit(delivery) {
        deliveries.push(delivery);
        return { status: "done" };
      },
    },
  };
}

/** Describes the end of a run for messages. */
export function endOf({ entry, error }: Run): string {
  if (entry?.error) return `fault ${entry.error.class} ${entry.error.code}`;
  if (entry) return entry.reason === undefined ? entry.outcome : `${entry.outcome}: ${entry.reason}`;
  return error instanceof BookendError ? `no run: ${error.code} ${error.message}` : "no run";
}
