import { call, type Problem } from "./http.ts";

/** The result of one condition. */
export interface ExplainedCondition {
  readonly name: string;
  readonly answer: "fulfilled" | "not fulfilled" | "unknown";
  /** Whether the condition counts as fulfilled, which some conditions do even if the answer is unknown. */
  readonly counts?: string | boolean;
  readonly seen?: unknown;
  readonly wanted?: unknown;
  /** Only for a recorded call: the value is no longer known. */
  readonly lost?: true;
}

/** Whether a binding would run for a call, and why. */
export interface ExplainedBinding {
  readonly id: number;
  readonly name: string;
  readonly position: string;
  readonly ordering: number;
  readonly handlermodule: string;
  readonly action: string;
  readonly active: boolean;
  readonly would_run: boolean | "unknown";
  readonly reason: string;
  readonly problems: readonly Problem[];
  readonly conditions: readonly ExplainedCondition[];
}

/** Returns, for each binding of a call's event, whether it would run. */
export async function explainCall(fields: object): Promise<readonly ExplainedBinding[]> {
  const { value } = await call<{ bindings: readonly ExplainedBinding[] }>("POST", "/explain", { body: fields });
  return value.bindings;
}
