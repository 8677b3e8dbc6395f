import { tracingChannel } from "node:diagnostics_channel";
import type { Call } from "../contracts/call.js";

/** What subscribers of `bookend.call` are given. */
export interface CallTrace {
  readonly call: Call;
}

/** What subscribers of `bookend.action` are given; `outcome` is there when the action has ended. */
export interface ActionTrace {
  readonly call: Call;
  readonly bindingId: number;
  readonly bindingName: string;
  /** `UserNotification:sendmail` */
  readonly action: string;
  outcome?: string;
}

/** Tracing channel of calls whose event has bindings: from the first condition to the last post action. */
export const callChannel = tracingChannel<"bookend.call", CallTrace>("bookend.call");

/** Tracing channel of actions. */
export const actionChannel = tracingChannel<"bookend.action", ActionTrace>("bookend.action");
