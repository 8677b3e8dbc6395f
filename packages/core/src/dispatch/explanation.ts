import type { Position } from "../contracts/binding.js";
import type { Problem } from "../contracts/errors.js";
import type { Answer } from "../definitions/condition.js";

/** The result of one condition of a binding. */
export interface ConditionExplanation {
  readonly name: string;
  readonly answer: Answer;
  /** Whether the answer counts as fulfilled, which `unknown` does for a few conditions. */
  readonly counts: boolean;
  /** The call's value; absent if it is unknown. */
  readonly seen?: unknown;
  /** The configured value. */
  readonly wanted: unknown;
  /**
   * Class and code of an error that a lookup or the condition itself threw; `answer` is then `unknown` and does not
   * count.
   */
  readonly error?: string | undefined;
  /** For a recorded call: the value is no longer known; `answer` is then `unknown` and does not count. */
  readonly lost?: true | undefined;
}

/** Whether a binding would run, and why or why not. */
export interface BindingExplanation {
  readonly id: number;
  readonly name: string;
  readonly position: Position;
  readonly ordering: number;
  readonly handler: string;
  readonly action: string;
  readonly active: boolean;
  readonly wouldRun: boolean;
  /** The reason, as a sentence. */
  readonly reason: string;
  readonly conditions: readonly ConditionExplanation[];
  /** The errors that keep the binding from running. */
  readonly problems: readonly Problem[];
}

/** The bindings of an event, `pre` first, each in the order in which it would run. */
export interface Explanation {
  readonly event: string;
  readonly bindings: readonly BindingExplanation[];
}
