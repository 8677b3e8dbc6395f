import type { Connection } from "./connection.js";
import type { BacktestLine, BacktestRequest, CallQuery, RecordedCall, RecordedCallSummary } from "./types.js";

/** A page of recorded calls. */
export interface CallPage {
  readonly calls: readonly RecordedCallSummary[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** Recorded calls. */
export interface CallsClient {
  /** Newest first. */
  list(query?: CallQuery): Promise<CallPage>;
  /** One with its parameters, headers and response. */
  get(id: string): Promise<RecordedCall>;
}

/** The functions for recorded calls. */
export function callsClient({ api, answer, value }: Connection): CallsClient {
  return {
    async list(query = {}) {
      const { value: calls, detail } = await answer(api.GET("/calls", { params: { query } }));
      return { calls, next: detail.next };
    },
    get: (call) => value(api.GET("/calls/{call}", { params: { path: { call } } })),
  };
}

/** Tries a binding: the lines of the answer as they come. */
export async function* backtest(
  { api, stream }: Connection,
  body: BacktestRequest,
): AsyncGenerator<BacktestLine, void, undefined> {
  let rest = "";
  for await (const piece of stream(api.POST("/backtest", { body, parseAs: "stream" }))) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line) as BacktestLine;
  }
}
