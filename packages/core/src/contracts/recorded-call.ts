import type { Position } from "./binding.js";
import type { Actor, CallNotes, CallResponse } from "./call.js";
import type { JsonValue } from "./json.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { UserRef } from "./user-ref.js";

/**
 * The recorded state of a call at one point. It consists of JSON only; `***` stands for values that are secret, too
 * long, or not JSON.
 */
export interface RecordedState {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly parameters: JsonValue;
    readonly headers: JsonValue;
    readonly clientIp?: string | undefined;
    readonly user?: UserRef | undefined;
  };
  readonly response?: {
    readonly status: CallResponse["status"];
    readonly headers: JsonValue;
    readonly body: JsonValue;
  };
  readonly notes: Omit<CallNotes, "before" | "found">;
  /** The positions of `***`: paths within the state, such as `["request", "parameters", "pin"]`. */
  readonly masked: readonly (readonly string[])[];
}

/** The value that a condition received when it was evaluated. */
export interface RecordedFact {
  /** The condition, and the part of its configured value on which the fact depends. */
  readonly key: string;
  /** The number of earlier actions that had changed something. */
  readonly after: number;
  /**
   * `time`: `value` is in milliseconds since 1970. `unknown`: the call had no such value. `lost`: the value could not
   * be stored, or has changed.
   */
  readonly kind: "value" | "time" | "unknown" | "lost";
  readonly value?: JsonValue;
}

/** A binding's place in the order of its position: its `ordering`, then its id. */
export type RecordedPlace = readonly [ordering: number, binding: number];

/** One position of a call, as its bindings saw it. */
export interface RecordedEnd {
  readonly at: Date;
  /** Bindings whose actions may have changed something, in order. */
  readonly changes: readonly RecordedPlace[];
  /**
   * The states before the first change and after each change; `null` if a state equals the previous one. States after
   * the first eight changes are not kept.
   */
  readonly states: readonly [RecordedState, ...(RecordedState | null)[]];
  /** Whether the call had failed, so that only bindings with a condition on failure were considered. */
  readonly failed?: boolean | undefined;
  /** The binding whose action aborted the call. */
  readonly stopped?: RecordedPlace | undefined;
  readonly facts: readonly RecordedFact[];
}

/** A call that has ended, as stored. */
export interface RecordedCall {
  /** The call's `id`. */
  readonly id: string;
  readonly event: string;
  readonly time: Date;
  readonly actor?: Actor | undefined;
  /** Whether the call succeeded. */
  readonly success: boolean;
  readonly ends: { readonly [P in Position]?: RecordedEnd | undefined };
}

/**
 * Stores calls with which administrators can try bindings. No call waits for the recorder, and a failure is only
 * logged. The calls that it receives do not contain values that the host declares secret.
 */
export interface CallRecorder {
  /** Returns whether calls of this event are recorded. */
  keeps(event: string): boolean;
  /**
   * Maximum number of characters, as JSON, of the values in one state of a call; a part that would exceed it becomes
   * `***`.
   *
   * @default 65_536
   */
  readonly maxLength?: number | undefined;
  /** Accepts a call that has ended. */
  record(call: RecordedCall): MaybePromise<void>;
}
