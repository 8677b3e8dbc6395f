import type { Binding, Position } from "../contracts/binding.js";
import type { Call, CallResponse } from "../contracts/call.js";
import type { JsonValue } from "../contracts/json.js";
import { isPromise } from "../contracts/maybe-promise.js";
import type {
  CallRecorder,
  RecordedCall,
  RecordedEnd,
  RecordedFact,
  RecordedPlace,
  RecordedState,
} from "../contracts/recorded-call.js";
import type { Facts } from "../facts/facts.js";
import { hasFailed } from "./has-failed.js";
import { MaskedCopy, type MaskingRules } from "./masked-copy.js";
import { followFacts, type SeenFacts } from "./seen-facts.js";

/** Maximum number of characters in one state of a call. */
const defaultLength = 65_536;

/** Maximum number of recorded facts at one position, and of characters in one of them. */
const maxFacts = 1_000;
const maxFactLength = 2_000;

/** Maximum number of changes by actions at one position whose resulting states are recorded. */
const maxChanges = 8;

/** Dependencies for recording calls. */
export interface RecordingHost extends MaskingRules {
  readonly recorder: CallRecorder;
  readonly clock: () => Date;
  /** Receives errors. */
  onFailure(error: unknown): void;
}

/** One position of a call while it runs. */
class RecordingEnd implements SeenFacts {
  readonly at: Date;
  readonly #states: [RecordedState, ...(RecordedState | null)[]];
  #newest: string;
  readonly #failed: boolean;
  readonly changes: RecordedPlace[] = [];
  stopped: RecordedPlace | undefined;
  readonly #facts = new Map<string, RecordedFact>();

  constructor(at: Date, before: RecordedState, failed: boolean) {
    this.at = at;
    this.#failed = failed;
    this.#states = [before];
    this.#newest = JSON.stringify(before);
  }

  /**
   * Called after an action that may have changed something. @param state Returns the state after it; called only while
   * states are kept.
   */
  changed(place: RecordedPlace, state: () => RecordedState): void {
    this.changes.push(place);
    if (this.#states.length > maxChanges) return;
    const after = state();
    const json = JSON.stringify(after);
    this.#states.push(json === this.#newest ? null : after);
    this.#newest = json;
  }

  saw(key: string, seen: unknown): void {
    const after = this.changes.length;
    const id = `${after} ${key}`;
    const known = this.#facts.get(id);
    const fact: RecordedFact = { key, after, ...keptOf(seen) };
    if (known === undefined) {
      if (this.#facts.size < maxFacts) this.#facts.set(id, fact);
    } else if (known.kind !== fact.kind || JSON.stringify(known.value) !== JSON.stringify(fact.value)) {
      this.#facts.set(id, { key, after, kind: "lost" });
    }
  }

  done(): RecordedEnd {
    const { at, changes, stopped } = this;
    return {
      at,
      changes,
      states: this.#states,
      ...(this.#failed && { failed: true }),
      ...(stopped && { stopped }),
      facts: [...this.#facts.values()],
    };
  }
}

/** Follows a call, and passes it to the recorder when it has ended. Errors are logged and do not affect the call. */
export class CallRecording {
  readonly #host: RecordingHost;
  readonly #ends: { pre?: RecordingEnd; post?: RecordingEnd } = {};
  #current: RecordingEnd | undefined;
  #broken = false;

  constructor(call: Call, host: RecordingHost) {
    this.#host = host;
    this.#safely(() => this.#begin("pre", call, undefined));
  }

  /** Called with the facts of the position that begins. */
  follow(facts: Facts): void {
    if (this.#current) followFacts(facts, this.#current);
  }

  /** Called before the API processes the call: the pre actions have run. */
  processing(): void {
    this.#current = undefined;
  }

  /** Called when the API has returned its response. */
  answered(call: Call, response: CallResponse): void {
    this.#safely(() => this.#begin("post", call, response));
  }

  /** Called when the action of a binding has run or could not run; `aborted` if the call ends because of it. */
  ran({ ordering, id }: Binding, call: Call, { changes, aborted }: { changes: boolean; aborted: boolean }): void {
    this.#safely(() => {
      const end = this.#current;
      const response = end === this.#ends.post ? call.response : undefined;
      if (changes) end?.changed([ordering, id], () => this.#state(call, response));
      if (aborted && end) end.stopped = [ordering, id];
    });
  }

  /** Called when the call has ended; without a response, it was refused or aborted. */
  ended(call: Call, response: CallResponse | undefined): void {
    this.#safely(() => {
      this.#current = undefined;
      const { pre, post } = this.#ends;
      const recorded: RecordedCall = {
        id: call.id,
        event: call.event,
        time: pre?.at ?? this.#host.clock(),
        ...(call.actor && { actor: { ...call.actor } }),
        success: response !== undefined && !hasFailed({ response, notes: call.notes }),
        ends: { ...(pre && { pre: pre.done() }), ...(post && { post: post.done() }) },
      };
      const recording = this.#host.recorder.record(recorded);
      if (isPromise(recording)) Promise.resolve(recording).catch((error: unknown) => this.#host.onFailure(error));
    });
  }

  #begin(position: Position, call: Call, response: CallResponse | undefined): void {
    this.#current = new RecordingEnd(
      this.#host.clock(),
      this.#state(call, response),
      response !== undefined && hasFailed({ response, notes: call.notes }),
    );
    this.#ends[position] = this.#current;
  }

  #state({ request, notes }: Call, response: CallResponse | undefined): RecordedState {
    const { before: _, found: __, ...kept } = notes;
    const copy = new MaskedCopy(this.#host, this.#host.recorder.maxLength ?? defaultLength);
    const path = request.publicPath ?? request.path;
    const state: Omit<RecordedState, "masked"> = {
      request: {
        method: request.method,
        path: copy.text(path, ["request", "path"]),
        parameters: copy.of("parameters", request.parameters, ["request", "parameters"]),
        headers: copy.of("headers", request.headers, ["request", "headers"]),
        ...(request.clientIp !== undefined && { clientIp: request.clientIp }),
        ...(request.user && { user: { ...request.user } }),
      },
      ...(response && {
        response: {
          status: response.status,
          headers: copy.of("headers", response.headers ?? {}, ["response", "headers"]),
          body: copy.of("response", response.body, ["response", "body"]),
        },
      }),
      notes: JSON.parse(JSON.stringify(kept)) as RecordedState["notes"],
    };
    if (path !== request.path) copy.masked.push(["request", "path"]);
    if (notes.before) copy.masked.push(["notes", "before"]);
    return { ...state, masked: copy.masked };
  }

  #safely(run: () => void): void {
    if (this.#broken) return;
    try {
      run();
    } catch (error) {
      this.#broken = true;
      this.#current = undefined;
      this.#host.onFailure(error);
    }
  }
}

/**
 * Returns the value that a condition saw, in the form in which it is kept: JSON or a time; without a value if the
 * condition saw none (`unknown`) or the value cannot be kept (`lost`).
 */
function keptOf(seen: unknown): Pick<RecordedFact, "kind" | "value"> {
  if (seen === undefined) return { kind: "unknown" };
  if (seen instanceof Date && !Number.isNaN(seen.getTime())) return { kind: "time", value: seen.getTime() };
  const length = { left: maxFactLength };
  return isPlainJson(seen, length, 8) ? { kind: "value", value: copyOf(seen) } : { kind: "lost" };
}

function copyOf(seen: JsonValue): JsonValue {
  return typeof seen === "object" && seen !== null ? (JSON.parse(JSON.stringify(seen)) as JsonValue) : seen;
}

function isPlainJson(value: unknown, length: { left: number }, depth: number): value is JsonValue {
  length.left -= typeof value === "string" ? value.length : 1;
  if (length.left < 0 || depth === 0) return false;
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.every((entry) => isPlainJson(entry, length, depth - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.entries(value).every(([key, entry]) => {
    length.left -= key.length;
    return isPlainJson(entry, length, depth - 1);
  });
}
