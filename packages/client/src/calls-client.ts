import { ClientError } from "./client-error.js";
import type { Connection } from "./connection.js";
import { linesOf } from "./lines-of.js";
import type { BacktestLine, BacktestRequest, CallQuery, RecordedCall, RecordedCallSummary } from "./types.js";

/** A page of recorded calls. */
export interface CallPage {
  readonly calls: readonly RecordedCallSummary[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Recorded calls. */
export interface CallsClient {
  /** Lists calls, newest first. */
  list(query?: CallQuery): Promise<CallPage>;
  /** Returns a call with its parameters, headers and response. */
  get(id: string): Promise<RecordedCall>;
}

/** Returns the functions for recorded calls. */
export function callsClient({ api, answer, value }: Connection): CallsClient {
  return {
    async list(query = {}) {
      const { value: calls, detail } = await answer(api.GET("/calls", { params: { query } }));
      return { calls, next: detail.next };
    },
    get: (call) => value(api.GET("/calls/{call}", { params: { path: { call } } })),
  };
}

/**
 * Tries a binding with recorded calls, and yields the lines of the response as they arrive.
 *
 * @throws {ClientError} if the request is refused, or the response ends without its last line
 */
export async function* backtest(
  { api, stream, timeoutMs }: Connection,
  body: BacktestRequest,
): AsyncGenerator<BacktestLine, void, undefined> {
  const pieces = stream(api.POST("/backtest", { body, parseAs: "stream" }));
  for await (const text of linesOf(pieces, { timeoutMs })) {
    const line = parsed(text);
    yield line;
    if (line.type === "summary" || line.type === "error") return;
  }
  throw new ClientError(0, 0, "The server's response was incomplete: it has no summary.");
}

function parsed(text: string): BacktestLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw new ClientError(0, 0, "The server's response was incomplete: a line of it is not JSON.", { cause });
  }
  if (typeof line === "object" && line !== null && "type" in line) return line as BacktestLine;
  throw new ClientError(0, 0, "The server's response contains a line that does not belong to a backtest.");
}
