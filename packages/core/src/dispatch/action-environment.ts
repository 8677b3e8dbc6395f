import type { AuditSink } from "../contracts/audit.js";
import type { Logger } from "../contracts/logger.js";
import type { Outbox } from "../contracts/outbox.js";
import type { TagScope } from "../templates/tag-scope.js";
import type { AuditUnits } from "./audit-units.js";

/** The environment in which a host's actions run. */
export interface ActionEnvironment {
  readonly sink: AuditSink | undefined;
  /** Undefined if the sink writes each entry separately. */
  readonly units: AuditUnits | undefined;
  readonly auditRequired: boolean;
  readonly logger: Logger;
  /** Whether messages of faults may be shown. */
  readonly development: boolean;
  readonly clock: () => Date;
  readonly actionTimeoutMs: number;
  /** Maximum milliseconds for the audit sink. */
  readonly auditTimeoutMs: number;
  readonly inline: Outbox;
  readonly durable: Outbox | undefined;
  readonly url: string | undefined;
  readonly browserOf: ((userAgent: string) => string) | undefined;
  /** The names that templates may use. */
  readonly tags: TagScope;
  /** Whether the host has tags of its own. Their code receives the call, whichever action renders them. */
  readonly hasHostTags: boolean;
  /** Returns a string, or JSON, with `***` instead of the host's secrets. */
  hideSecrets<T>(value: T): T;
}
