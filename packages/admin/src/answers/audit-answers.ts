import { z } from "zod";
import { component } from "./component.js";

const instant = z.string().meta({ format: "date-time" });
const text = z.string().nullable();

/** An entry of the audit log. */
export const auditAnswer = component(
  "AuditEntry",
  z.strictObject({
    number: z.int(),
    id: z.string(),
    parent: text.describe("Id of the call in which an action ran; null for the call itself."),
    event: text,
    position: text,
    action: z.string(),
    handlermodule: text,
    binding: z.int().nullable(),
    binding_name: text,
    success: z.boolean(),
    authentication: text,
    serial: text,
    token_type: text,
    container_serial: text,
    user: text,
    realm: text,
    resolver: text,
    actor: text,
    actor_role: text,
    action_detail: text,
    info: text,
    client: text,
    user_agent: text,
    time: instant,
    duration_ms: z.number(),
  }),
);

/** The state of an audit log verification. */
export const verificationAnswer = component(
  "AuditVerification",
  z.strictObject({
    state: z
      .enum(["never", "running", "valid", "broken", "failed"])
      .describe("failed: the verification could not be completed."),
    checked: z.int().optional().describe("The number of entries that were verified."),
    problems: z.array(z.strictObject({ number: z.int(), reason: z.string(), writer: z.int().optional() })).optional(),
    at: instant.optional().describe("When the verification began if it is running, otherwise when it ended."),
  }),
);

const numbers = z.array(z.int());

/** The numbers of calls, and of runs and failures of bindings, per time bucket. */
export const statsAnswer = component(
  "Stats",
  z.strictObject({
    from: instant,
    to: instant,
    bucket_ms: z.int(),
    bindings: z.array(
      z.strictObject({
        id: z.int(),
        last_run: instant.optional(),
        deleted: z.literal(true).optional().describe("The binding ran in this period and has been deleted since."),
        runs: numbers,
        failures: numbers,
      }),
    ),
    calls: numbers,
    failed_calls: numbers,
  }),
);
