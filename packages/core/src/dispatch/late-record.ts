import type { AuditEnd, AuditRecord } from "../contracts/audit.js";
import type { Logger } from "../contracts/logger.js";
import { faultOf, framesOf } from "../internal/fault.js";

/**
 * An audit record that the sink had not returned when its time limit ended. Nothing waits for it any longer, but it is
 * closed once it arrives, so that the log keeps no entry that never ends.
 */
export class LateRecord implements AuditRecord {
  readonly #arriving: Promise<AuditRecord>;
  readonly #logger: Logger;

  constructor(arriving: Promise<AuditRecord>, logger: Logger) {
    this.#arriving = arriving;
    this.#logger = logger;
    // the action may still be running when this rejects: without a handler, that would end the process
    arriving.catch(() => undefined);
  }

  success(end: AuditEnd): void {
    void this.#close((record) => record.success(end));
  }

  failure(end: AuditEnd): void {
    void this.#close((record) => record.failure(end));
  }

  /** Closes the entry of an action that did not run, since the sink is required. */
  neverRan(durationMs: number): void {
    this.failure({
      durationMs,
      outcome: "fault",
      reason: "the action did not run: the audit sink began this entry after its time limit",
      error: { class: "BookendError", code: "AUDIT_UNAVAILABLE" },
    });
  }

  async #close(close: (record: AuditRecord) => unknown): Promise<void> {
    try {
      await close(await this.#arriving);
    } catch (error) {
      this.#logger.error({ error: faultOf(error), frames: framesOf(error) }, "the audit sink failed");
    }
  }
}
