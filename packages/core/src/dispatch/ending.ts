import type { AuditEnd } from "../contracts/audit.js";
import { AbortCall, BookendError } from "../contracts/errors.js";
import type { JsonValue } from "../contracts/json.js";
import type { Outcome } from "../contracts/outcome.js";
import { type Fault, faultOf } from "../internal/fault.js";
import { notJson } from "../internal/not-json.js";
import type { PlannedBinding } from "./plan.js";

/** The result of a binding, for the audit log and the failure policy. */
export interface Ending {
  readonly outcome: AuditEnd["outcome"];
  readonly reason?: string | undefined;
  readonly details?: { readonly [key: string]: JsonValue } | undefined;
  readonly fault?: Fault | undefined;
  readonly thrown?: unknown;
}

/** Returns the ending of an action that returned this value. */
export function endingOfOutcome(outcome: Outcome | undefined): Ending {
  if (!outcome) return { outcome: "done" };
  switch (outcome.status) {
    case "done":
      return { outcome: "done", details: outcome.details };
    case "skipped":
      return { outcome: "skipped", reason: outcome.reason };
    case "failed":
      return { outcome: "failed", reason: outcome.reason, details: outcome.details };
  }
}

/** Returns the ending of an action that threw this value. */
export function endingOf(thrown: unknown): Ending {
  if (isAbort(thrown)) {
    const { message: reason } = thrown;
    const details = thrown.details === undefined || notJson(thrown.details) ? undefined : thrown.details;
    return { outcome: "failed", reason, details, fault: { class: "AbortCall", code: "CALL_ABORTED" }, thrown };
  }
  const fault = faultOf(thrown);
  return { outcome: "fault", reason: `${fault.class} ${fault.code}`, fault, thrown };
}

/** Returns the fields that the audit log keeps. */
export function auditEnd(ending: Ending): Omit<AuditEnd, "durationMs"> {
  return {
    outcome: ending.outcome,
    reason: ending.reason,
    details: ending.details,
    error: ending.outcome === "fault" ? ending.fault : undefined,
  };
}

/** Returns whether an action requested that the call be aborted; false for an object that cannot be inspected. */
export function isAbort(thrown: unknown): thrown is AbortCall {
  try {
    return thrown instanceof AbortCall;
  } catch {
    return false;
  }
}

/** Creates the error for a binding that cannot run, which names the fields with problems. */
export function brokenBinding({ binding, problems }: PlannedBinding): BookendError {
  const fields = problems.map((problem) => problem.field).join(", ");
  return new BookendError("ACTION_INVALID", `Binding ${binding.id} cannot run because of: ${fields}.`);
}
