import type { Logger } from "@bookend/core";
import type { AuditReader } from "./audit-reader.js";

/** The state of a verification, as the API returns it. */
interface VerificationState {
  readonly state: "never" | "running" | "valid" | "broken" | "failed";
  readonly checked?: number;
  readonly problems?: readonly { readonly number: number; readonly reason: string; readonly writer?: number }[];
  readonly at?: string;
}

/** Creates functions that start a verification of the audit log, unless one is running, and return its state. */
export function createAuditVerification(
  verify: AuditReader["verify"],
  clock: () => Date,
  logger: Logger,
): { state(): VerificationState; start(): VerificationState } {
  let state: VerificationState = { state: "never" };
  const run = async () => {
    try {
      const { ok, checked, firstBad } = await verify();
      const at = clock().toISOString();
      if (ok || !firstBad) state = { state: ok ? "valid" : "broken", checked, problems: [], at };
      else {
        const { number, reason, writer } = firstBad;
        state = {
          state: "broken",
          checked,
          problems: [{ number, reason, ...(writer !== undefined && { writer }) }],
          at,
        };
      }
    } catch (error) {
      logger.error({ err: error }, "the audit log could not be verified");
      state = { state: "failed", at: clock().toISOString() };
    }
  };
  return {
    state: () => state,
    start() {
      if (state.state !== "running") {
        state = { state: "running", at: clock().toISOString() };
        void run();
      }
      return state;
    },
  };
}
