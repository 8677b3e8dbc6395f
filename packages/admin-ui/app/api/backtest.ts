import { ApiError, open } from "./http.ts";

/** A line of a backtest's response. */
export type BacktestLine =
  | { readonly type: "progress"; readonly done: number; readonly of: number }
  | {
      readonly type: "call";
      readonly call: string;
      readonly time: string;
      readonly ran: boolean | "unknown";
      readonly reason: string;
    }
  | {
      readonly type: "summary";
      readonly calls: number;
      readonly would_run: number;
      readonly would_not: number;
      readonly unknown: number;
      readonly reasons: Readonly<Record<string, number>>;
    }
  | { readonly type: "error"; readonly message: string };

/** Tries a binding, saved or not, against recorded calls, and yields what is found as it comes. */
export async function* backtest(fields: object, signal: AbortSignal): AsyncGenerator<BacktestLine> {
  const response = await open("POST", "/backtest", { body: fields, signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new ApiError(response.status, "The response is empty.");
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as BacktestLine;
    if (done) return;
  }
}
