import type { Position } from "../contracts/binding.js";
import { type Call, type CallResponse, createCall } from "../contracts/call.js";
import type { Directories } from "../contracts/directories.js";
import type { RecordedCall, RecordedState } from "../contracts/recorded-call.js";
import { Facts } from "../facts/facts.js";
import { LostFact } from "../internal/lost-fact.js";

/** Dependencies for reading a recorded call. */
export interface RecordedHost {
  readonly directories: Directories;
  readonly facts: typeof Facts | undefined;
  readonly lookupTimeoutMs: number;
}

/** A recorded call at one point in time. Reading a part that was not kept, or that only a directory knows, throws. */
export interface RecordedView {
  readonly facts: Facts;
  /** Runs a function, and throws a `LostFact` if the function read a lost fact, even if it caught the error. */
  readonly watch: <T>(read: () => Promise<T>) => Promise<T>;
}

/** Returns the view of a recorded call in this state, which it had at the time `at`. */
export function viewOf(
  { id, event, actor }: RecordedCall,
  state: RecordedState,
  at: Date,
  position: Position,
  { directories, facts: FactsOfHost = Facts, lookupTimeoutMs }: RecordedHost,
): RecordedView {
  let touched = false;
  const lost = (): never => {
    touched = true;
    throw new LostFact();
  };
  const { request, response, notes } = structuredClone(state) as unknown as {
    request: Call["request"];
    response?: CallResponse;
    notes: Call["notes"];
  };
  const root = { request, response, notes };
  for (const path of state.masked) lose(root, path, lost);
  const call = createCall({
    id,
    event,
    ...(actor && { actor }),
    ...(position === "post" && response && { response }),
  });
  const asked: Call = { ...call, request: root.request, notes: root.notes };
  const facts = new FactsOfHost(asked, lostDirectories(directories, lost), () => at, lookupTimeoutMs);
  return {
    facts,
    async watch(read) {
      touched = false;
      const value = await read();
      if (touched) throw new LostFact();
      return value;
    },
  };
}

/** Replaces a value with a getter that throws. */
function lose(root: object, path: readonly string[], lost: () => never): void {
  const [last, ...above] = [...path].reverse();
  let parent: unknown = root;
  for (const key of above.reverse()) {
    if (typeof parent !== "object" || parent === null) return;
    parent = (parent as Readonly<Record<string, unknown>>)[key];
  }
  if (typeof parent !== "object" || parent === null || last === undefined) return;
  Object.defineProperty(parent, last, { get: lost, enumerable: true, configurable: true });
}

/** Returns directories whose lookups throw, since those of the host no longer contain the data of that time. */
function lostDirectories(directories: Directories, lost: () => never): Directories {
  const given = Object.entries(directories).filter(([, directory]) => directory !== undefined);
  return Object.fromEntries(given.map(([name]) => [name, new Proxy({}, { get: () => lost })]));
}
