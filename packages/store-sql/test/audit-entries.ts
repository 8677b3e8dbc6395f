import type { AuditCall, AuditEnd, AuditStart } from "@bookend/core";
import type { AuditLog } from "../src/index.js";

/** When the entries of tests begin, unless specified otherwise. */
export const noon = new Date("2026-03-15T12:00:00.123Z");

/** Returns the entry of a call. */
export function call(entry: Partial<AuditCall> = {}): AuditCall {
  return { id: "call-1", action: "POST /token/init", success: true, startedAt: noon, durationMs: 12.5, ...entry };
}

/** Returns the beginning of an action's entry. */
export function start(entry: Partial<AuditStart> = {}): AuditStart {
  return {
    id: "action-1",
    parent: "call-1",
    action: "POST-EVENT token_init>>UserNotification:sendmail",
    event: "token_init",
    position: "post",
    handler: "UserNotification",
    handlerAction: "sendmail",
    bindingId: 7,
    bindingName: "mail to the owner",
    startedAt: noon,
    ...entry,
  };
}

/** Returns the end of an action's entry. */
export function end(entry: Partial<AuditEnd> = {}): AuditEnd {
  return { durationMs: 3, outcome: "done", ...entry };
}

/** Records calls `first` to `last`, one second apart, with serials `OATH<number>`. */
export async function recordCalls(audit: AuditLog, first: number, last: number): Promise<void> {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  await Promise.all(
    numbers.map((number) =>
      audit.call(
        call({
          id: `call-${number}`,
          serial: `OATH${number}`,
          startedAt: new Date(noon.getTime() + number * 1000),
          success: number % 2 === 0,
        }),
      ),
    ),
  );
}
