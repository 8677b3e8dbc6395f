/**
 * Returns the part of an error that may be logged: its class, its code and the first 8 lines of its stack trace,
 * without its message, which may contain data that a caller sent. For a value that is not an `Error`, returns only its
 * type.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? "(text)" : typeof error;
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    class: error.constructor.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    at: frames.slice(0, 8).map((line) => line.trim()),
  };
}
