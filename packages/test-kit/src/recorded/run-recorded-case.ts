import {
  type AuditEntry,
  BindingInvalidError,
  type BookendOptions,
  type Call,
  type CallResponse,
  createBookend,
  type Handler,
  memoryAudit,
  memoryBindings,
} from "@bookend/core";
import { type RecordedWorld, worldOf } from "../world/recorded-state.js";
import type { RecordedCase } from "./recorded-case.js";

/** A case that is ready to run. */
export interface PreparedCase {
  readonly handler: Handler;
  /** Returns the state that the handler left, in a form that can be compared with the recording. */
  observe(end: RecordedEnd): object | Promise<object>;
  /** Directories, clock and URL that replace those of the recorded state. */
  readonly host?: Pick<BookendOptions, "directories" | "clock" | "url">;
}

/** The end of a call to which a recorded action was bound. */
export interface RecordedEnd {
  readonly call: Call;
  readonly response: CallResponse;
  /** The audit entry of the action. */
  readonly entry: AuditEntry | undefined;
}

/** Options for running the cases of one handler. */
export interface RecordedRun<After> {
  /** Sets up the handler and the objects that it changes. */
  prepare(world: RecordedWorld, recorded: RecordedCase<After>): PreparedCase | Promise<PreparedCase>;
  /**
   * Returns the options of the binding.
   * @default as recorded
   */
  options?(recorded: RecordedCase<After>): Readonly<Record<string, unknown>>;
  /** @default "call" */
  readonly event?: string;
  /** @default "post" */
  readonly position?: "pre" | "post";
}

/**
 * Runs one recorded case like an administrator and a caller would: saves the binding, then makes the call. Returns `{
 * refused }` with the invalid fields, or `{ success }` with the resulting state and, if the action did not succeed,
 * `outcome` and `reason` of the audit entry.
 */
export async function runRecordedCase<After>(
  recorded: RecordedCase<After>,
  { prepare, options, event = "call", position = "post" }: RecordedRun<After>,
): Promise<object> {
  const world = worldOf(recorded.state);
  const { handler, observe, host } = await prepare(world, recorded);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
    ...host,
  });
  try {
    await bookend.bindings.add({
      name: "recorded",
      events: [event],
      position,
      handler: handler.id,
      action: recorded.action,
      options: options ? options(recorded) : recorded.options,
      abortOnError: false,
    });
  } catch (error) {
    if (!(error instanceof BindingInvalidError)) throw error;
    return { refused: error.problems.filter(({ severity }) => severity === "error").map(({ field }) => field) };
  }
  const call = world.call(event);
  const response = await bookend.handle(call, () => world.response());
  const [entry] = audit.entries;
  const success = entry?.success === true;
  // recordings do not contain how an action ended and why
  const end = success ? {} : { outcome: entry?.outcome, ...(entry?.reason !== undefined && { reason: entry.reason }) };
  return { success, ...end, ...(await observe({ call, response, entry })) };
}

/** Returns the result of {@link runRecordedCase} without `outcome` and `reason`, which recordings do not contain. */
export function asRecorded(seen: object): object {
  const { outcome, reason, ...recorded } = seen as Readonly<Record<string, unknown>>;
  return recorded;
}
