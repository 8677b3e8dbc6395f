import { problemMessage, silentLogger } from "@bookend/core";
import { z } from "zod";
import { auditAnswer, statsAnswer, verificationAnswer } from "../answers/audit-answers.js";
import type { AuditLogFilter, AuditLogRow, AuditReader } from "../audit-reader.js";
import { createAuditVerification } from "../audit-verification.js";
import { deliveryAnswer } from "../deliveries/delivery-answers.js";
import { deliveryFilter } from "../deliveries/delivery-filter.js";
import { deliveryItem } from "../deliveries/delivery-items.js";
import { protectiveHeaders } from "../envelope.js";
import { notFoundError, parameterError } from "../errors.js";
import { missingFeatures } from "../features.js";
import type { AdminOptions } from "../options.js";
import { flagParameter, idParameter, instantParameter, integerParameter, textParameter } from "../read-parameters.js";
import { type Route, routeOf } from "../route.js";
import { streamOf } from "../stream-of.js";
import type { IsAllowed } from "./own-routes.js";

const noParameters = z.strictObject({});

const filterParameters = z.strictObject({
  serial: textParameter().optional(),
  user: textParameter().optional(),
  realm: textParameter().optional(),
  event: textParameter().optional(),
  action: textParameter().optional(),
  handlermodule: textParameter().optional(),
  binding: idParameter().optional(),
  success: flagParameter().optional(),
  parent: textParameter().optional().describe("Id of a call: selects the actions that ran in it."),
  from: instantParameter().optional(),
  to: instantParameter().optional(),
});

/** Maximum number of entries, and of deliveries, that are shown for one call. */
const mostOfCall = 1_000;

/** Returns the routes for the audit log: what calls and bindings did. */
export function auditRoutes(
  {
    audit,
    bookend,
    outbox,
    envelope,
    logger = silentLogger,
  }: Pick<AdminOptions<unknown>, "audit" | "bookend" | "outbox" | "envelope" | "logger">,
  isAllowed: IsAllowed,
): readonly Route[] {
  const clock = envelope?.clock ?? (() => new Date());
  const log = (): AuditReader => {
    if (!audit) throw notFoundError(missingFeatures.audit);
    return audit;
  };
  const verification = createAuditVerification(() => log().verify(), clock, logger);
  return [
    routeOf(
      {
        method: "GET",
        path: "audit",
        operation: "audit",
        right: "audit:read",
        summary: "Entries of the audit log, newest first. In a filter, * matches any characters.",
        feature: "audit",
        parameters: filterParameters.extend({
          cursor: integerParameter(0, Number.MAX_SAFE_INTEGER).optional().describe("detail.next of the previous page."),
          page_size: integerParameter(1, 1_000).optional(),
          count: flagParameter().optional().describe("Whether detail includes the number of entries."),
        }),
        answer: z.array(auditAnswer),
        detail: z.strictObject({
          next: z.int().optional(),
          count: z.int().optional(),
          count_more: z.boolean().optional().describe("Whether there are more entries than count."),
        }),
      },
      async ({ parameters: { cursor, page_size = 50, count = false, ...filter } }) => {
        const page = await checked(() => log().search({ ...filterOf(filter), pageSize: page_size, cursor, count }));
        return {
          value: page.rows.map(auditItem),
          detail: {
            ...(page.cursor !== undefined && { next: page.cursor }),
            ...(count && { count: page.count, ...(page.countMore && { count_more: true }) }),
          },
        };
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "audit/csv",
        operation: "audit",
        right: "audit:read",
        summary: "Entries of the audit log as CSV, oldest first.",
        feature: "audit",
        parameters: filterParameters,
        media: "text/csv",
        answer: z.string(),
      },
      async ({ parameters }) => {
        const pieces = await checked(async () => log().exportCsv(filterOf(parameters)));
        return new Response(streamOf(pieces), {
          headers: {
            "content-type": "text/csv; charset=utf-8",
            "content-disposition": 'attachment; filename="audit.csv"',
            ...protectiveHeaders,
          },
        });
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "audit/calls/<call>",
        operation: "audit",
        right: "audit:read",
        summary:
          "A call with the actions that ran in it and, if the caller has the right deliveries:read, their deliveries.",
        feature: "audit",
        parameters: noParameters,
        answer: z.strictObject({
          call: auditAnswer.nullable(),
          actions: z.array(auditAnswer),
          deliveries: z.array(deliveryAnswer),
          deliveries_denied: z
            .literal(true)
            .optional()
            .describe("Set if the caller does not have the right to read deliveries."),
        }),
      },
      async ({ argument, request, context }) => {
        if (argument.includes("*"))
          throw parameterError(problemMessage("an id does not contain *", "the id of a call", "call"));
        const oldest = { column: "number", direction: "asc" } as const;
        const find = async (column: "id" | "parent") =>
          (await checked(() => log().search({ filter: { [column]: argument }, pageSize: mostOfCall, sort: oldest })))
            .rows;
        const call = (await find("id")).find(({ parent }) => parent === null);
        const actions = await find("parent");
        if (!call && actions.length === 0)
          throw notFoundError(`The audit log does not contain the call ${JSON.stringify(argument)}.`);
        const denied =
          outbox !== undefined &&
          (await isAllowed({ request, context, object: { type: "call", id: argument } }, "deliveries:read")) !== true;
        const kept = denied ? undefined : await outbox?.list(deliveryFilter({ call: argument }), { size: mostOfCall });
        return {
          value: {
            call: call ? auditItem(call) : null,
            actions: actions.map(auditItem),
            deliveries: (kept?.deliveries ?? []).map(deliveryItem),
            ...(denied && { deliveries_denied: true }),
          },
        };
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "audit/verification",
        operation: "audit",
        right: "audit:read",
        summary: "The state of the verification that was started last.",
        feature: "audit",
        parameters: noParameters,
        answer: verificationAnswer,
      },
      () => ({ value: verification.state() }),
    ),
    routeOf(
      {
        method: "POST",
        path: "audit/verification",
        operation: "audit",
        right: "audit:read",
        summary: "Starts a verification unless one is already running.",
        feature: "audit",
        parameters: noParameters,
        answer: verificationAnswer,
      },
      () => ({ value: verification.start() }),
    ),
    routeOf(
      {
        method: "GET",
        path: "stats",
        operation: "stats",
        right: "audit:read",
        summary: "The numbers of calls, and of runs and failures of bindings, per time bucket up to now.",
        feature: "audit",
        parameters: z.strictObject({
          hours: integerParameter(1, 24 * 366).optional(),
          buckets: integerParameter(1, 366).optional(),
        }),
        answer: statsAnswer,
      },
      async ({ parameters: { hours = 24, buckets = 24 } }) => {
        const to = clock();
        const bucketMs = Math.ceil((hours * 3_600_000) / buckets);
        const from = new Date(to.getTime() - bucketMs * buckets);
        const { bindings, calls, failedCalls } = await inTime(() => log().stats({ from, bucketMs, buckets }), hours);
        const stored = new Set((await bookend.bindings.list()).map(({ id }) => id));
        return {
          value: {
            from: from.toISOString(),
            to: to.toISOString(),
            bucket_ms: bucketMs,
            bindings: bindings.map(({ id, lastRun, runs, failures }) => ({
              id,
              ...(lastRun && { last_run: lastRun.toISOString() }),
              ...(!stored.has(id) && { deleted: true }),
              runs,
              failures,
            })),
            calls,
            failed_calls: failedCalls,
          },
        };
      },
    ),
  ];
}

function filterOf({
  from,
  to,
  success,
  binding,
  handlermodule,
  ...patterns
}: z.output<typeof filterParameters>): AuditLogFilter {
  const filter: Record<string, string> = {};
  for (const [name, value] of Object.entries(patterns)) if (value !== undefined) filter[name] = value;
  if (handlermodule !== undefined) filter.handler = handlermodule;
  if (binding !== undefined) filter.binding = String(binding);
  if (success !== undefined) filter.success = success ? "1" : "0";
  return { filter, since: from, until: to };
}

function auditItem({ handler, startdate, duration, ...row }: AuditLogRow) {
  return {
    number: row.number,
    id: row.id,
    parent: row.parent,
    event: row.event,
    position: row.position,
    action: row.action,
    handlermodule: handler,
    binding: row.binding,
    binding_name: row.binding_name,
    success: row.success,
    authentication: row.authentication,
    serial: row.serial,
    token_type: row.token_type,
    container_serial: row.container_serial,
    user: row.user,
    realm: row.realm,
    resolver: row.resolver,
    actor: row.actor,
    actor_role: row.actor_role,
    action_detail: row.action_detail,
    info: row.info,
    client: row.client,
    user_agent: row.user_agent,
    time: startdate.toISOString(),
    duration_ms: duration,
  };
}

/**
 * Turns the log's error for a count that takes too long into a refusal. It is not a server error, since the client can
 * ask for fewer hours.
 */
async function inTime<T>(count: () => Promise<T>, hours: number): Promise<T> {
  try {
    return await count();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "STATEMENT_TIMEOUT") {
      throw parameterError(problemMessage(`counting ${hours} hours takes too long`, "fewer hours", "hours"));
    }
    throw error;
  }
}

/** Turns the log's error for an invalid filter into a refusal with the same message, which is meant for the caller. */
async function checked<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "AUDIT_FILTER_INVALID") {
      throw parameterError(error.message);
    }
    throw error;
  }
}
