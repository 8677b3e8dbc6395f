/** What may be said of an error where secrets must not go: its class, its code, never its message. */
export interface Fault {
  readonly class: string;
  readonly code: string;
}

const plainName = /^[A-Za-z_$][\w$.-]{0,63}$/;

/** Class and code of whatever was thrown. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { class: typeof error, code: "UNKNOWN" };
  const code = (error as { code?: unknown }).code;
  return {
    class: plainName.test(error.name) ? error.name : "Error",
    code: typeof code === "string" && plainName.test(code) ? code : "UNKNOWN",
  };
}

/** Where an error was thrown: the frames of its stack without the message, which may hold secrets. */
export function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || typeof error.stack !== "string") return [];
  return error.stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
