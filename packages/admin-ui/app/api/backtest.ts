import type { BacktestLine } from "@bookend/client";
import { ApiError, open } from "./http.ts";

/** Tries a binding, saved or not, against recorded calls, and yields results as they arrive. */
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
