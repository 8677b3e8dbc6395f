import { type Backtest, type RecordedCall, type RecordedState, silentLogger } from "@bookend/core";
import { z } from "zod";
import { actorItem } from "../actor-item.js";
import { backtestLine, recordedCallAnswer, recordedCallRow } from "../answers/recorded-call-answers.js";
import type { CallReader, RecordedCallFilter, RecordedCallRow } from "../call-reader.js";
import { protectiveHeaders } from "../envelope.js";
import { notFoundError, parameterError } from "../errors.js";
import { bindingOf, givenBindingFields } from "../explain-call.js";
import { missingFeatures } from "../features.js";
import type { AdminOptions } from "../options.js";
import { flagParameter, idParameter, instantParameter, integerParameter, textParameter } from "../read-parameters.js";
import { recordedCall } from "../recorded-call.js";
import { type Route, routeOf } from "../route.js";
import { streamOf } from "../stream-of.js";

/** Maximum number of calls in one backtest. */
const maxCalls = 10_000;

/** Number of calls after which a backtest reports its progress. */
const callsPerProgress = 250;

/**
 * Milliseconds after which progress is reported even if fewer calls were tried: a client gives up on a response that
 * stalls.
 */
const progressMs = 2_000;

/** Number of collected characters after which lines are sent together. */
const pieceLength = 16_384;

/** Returns the routes for recorded calls, and for trying bindings with them. */
export function callRoutes({
  bookend,
  calls,
  logger = silentLogger,
}: Pick<AdminOptions<unknown>, "bookend" | "calls" | "logger">): readonly Route[] {
  const log = (): CallReader => {
    if (!calls) throw notFoundError(missingFeatures.calls);
    return calls;
  };
  return [
    routeOf(
      {
        method: "GET",
        path: "calls",
        operation: "calls",
        right: "calls:read",
        summary: "Recorded calls, newest first.",
        feature: "calls",
        parameters: z.strictObject({
          event: textParameter().optional(),
          from: instantParameter().optional(),
          to: instantParameter().optional(),
          cursor: textParameter().optional().describe("detail.next of the previous page."),
          page_size: integerParameter(1, 1_000).optional(),
        }),
        answer: z.array(recordedCallRow),
        detail: z.strictObject({ next: z.string().optional() }),
      },
      async ({ parameters: { event, from, to, cursor, page_size: size = 50 } }) => {
        const filter = { from, to, ...(event !== undefined && { events: [event] }) };
        const page = await checked(() => log().list(filter, { cursor, size }));
        return {
          value: page.calls.map(rowItem),
          detail: page.cursor === undefined ? {} : { next: page.cursor },
        };
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "calls/<call>",
        operation: "calls",
        right: "calls:read",
        summary: "A recorded call: its parameters and headers as received, and its response as sent.",
        feature: "calls",
        parameters: z.strictObject({}),
        answer: recordedCallAnswer,
      },
      async ({ argument }) => ({ value: callItem(await recordedCall(log(), argument)) }),
    ),
    routeOf(
      {
        method: "POST",
        path: "backtest",
        operation: "backtest",
        right: "calls:explain",
        summary:
          "Tries a binding, stored or not, with recorded calls: for which calls it would have run, and why not for the others. No action runs.",
        feature: "calls",
        parameters: z.strictObject({
          id: idParameter().optional().describe("Id of a stored binding, as an alternative to binding."),
          binding: givenBindingFields.partial().optional(),
          from: instantParameter().optional(),
          to: instantParameter().optional(),
          limit: integerParameter(1, maxCalls)
            .optional()
            .describe(`How many of the newest calls to use. Default ${maxCalls}.`),
          render: flagParameter().optional().describe("Whether to include the rendered templates."),
        }),
        media: "application/x-ndjson",
        answer: backtestLine,
      },
      async ({ parameters: { id, binding, from, to, limit = maxCalls, render = false } }) => {
        const reader = log();
        const tried = await bindingOf(bookend, id, binding);
        const backtest = bookend.backtest(tried);
        const filter = { events: tried.events, from, to };
        // an invalid filter must be refused before the response begins
        const of = await checked(() => reader.count(filter, limit));
        const lines = linesOf(backtest, reader, filter, { of, render }, (error) => {
          logger.error({ err: error }, "a backtest failed");
        });
        return new Response(streamOf(inPieces(lines)), {
          headers: { "content-type": "application/x-ndjson", ...protectiveHeaders },
        });
      },
    ),
  ];
}

type Line = z.output<typeof backtestLine>;

async function* linesOf(
  backtest: Backtest,
  calls: CallReader,
  filter: RecordedCallFilter,
  { of, render }: { readonly of: number; readonly render: boolean },
  onError: (error: unknown) => void,
): AsyncGenerator<Line, void, undefined> {
  const counts = { would_run: 0, would_not: 0, unknown: 0 };
  const reasons = new Map<string, number>();
  let done = 0;
  let reportedAt = performance.now();
  yield { type: "progress", done, of };
  try {
    for await (const call of calls.read(filter, of)) {
      const { ran, because, texts } = await backtest.try(call, { render });
      done += 1;
      counts[ran === true ? "would_run" : ran === false ? "would_not" : "unknown"] += 1;
      if (ran !== true) for (const reason of because) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      yield {
        type: "call",
        call: call.id,
        time: call.time.toISOString(),
        ran,
        reason: because.join(" "),
        ...(texts && { rendered: [...texts.map((text) => ({ ...text, problems: [...text.problems] }))] }),
      };
      if (done % callsPerProgress !== 0 && performance.now() - reportedAt < progressMs) continue;
      yield { type: "progress", done, of: Math.max(of, done) };
      reportedAt = performance.now();
    }
  } catch (error) {
    onError(error);
    yield { type: "error", message: "The recorded calls cannot be read any further." };
    return;
  }
  yield { type: "summary", calls: done, ...counts, reasons: Object.fromEntries(reasons) };
}

/** Yields lines of JSON, several at a time, since a single line is much smaller than a packet. */
async function* inPieces(lines: AsyncIterable<Line>): AsyncGenerator<string, void, undefined> {
  let piece = "";
  for await (const line of lines) {
    piece += `${JSON.stringify(line)}\n`;
    if (line.type !== "progress" && piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

function rowItem({ id, event, time, method, path, user, actor, client, success, size }: RecordedCallRow) {
  return {
    id,
    event,
    time: time.toISOString(),
    method,
    path,
    ...(user && { user: { login: user.login, realm: user.realm, ...(user.resolver && { resolver: user.resolver }) } }),
    ...(actor && { actor: actorItem(actor) }),
    ...(client !== undefined && { client }),
    success,
    size,
  };
}

function callItem({ id, event, time, actor, success, ends }: RecordedCall) {
  const came = (ends.pre ?? ends.post)?.states[0];
  const { request } = came ?? {};
  const response = lastState(ends.post?.states)?.response;
  return {
    ...rowItem({
      id,
      event,
      time,
      method: request?.method ?? "",
      path: request?.path ?? "",
      user: (ends.post?.states[0] ?? came)?.request.user,
      actor,
      client: request?.clientIp,
      success,
      size: JSON.stringify(ends).length,
    }),
    parameters: request?.parameters ?? null,
    headers: request?.headers ?? null,
    response: response ?? null,
  };
}

function lastState(states: readonly (RecordedState | null)[] | undefined): RecordedState | undefined {
  return states?.findLast((state) => state !== null) ?? undefined;
}

/** Turns the log's error for an invalid filter into a refusal with the same message, which is meant for the caller. */
async function checked<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "CALL_FILTER_INVALID") {
      throw parameterError(error.message);
    }
    throw error;
  }
}
