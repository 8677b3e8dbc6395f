/** The parts of an error that contain no secrets: its class and its code, never its message. */
export interface Fault {
  readonly class: string;
  readonly code: string;
}

const maxMessageLength = 1_000;

const plainName = /^[A-Za-z_$][\w$.-]{0,63}$/;

/** Returns the class and code of a thrown value. Never throws, even for an object whose fields throw. */
export function faultOf(error: unknown): Fault {
  try {
    if (!(error instanceof Error)) return { class: typeof error, code: "UNKNOWN" };
    const { name, code } = error as { name: unknown; code?: unknown };
    return {
      class: typeof name === "string" && plainName.test(name) ? name : "Error",
      code: typeof code === "string" && plainName.test(code) ? code : "UNKNOWN",
    };
  } catch {
    return { class: "Error", code: "UNKNOWN" };
  }
}

/** Returns the message of a thrown value, for development only, since it may contain secrets. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, maxMessageLength);
  } catch {
    return "(no message)";
  }
}

/**
 * Returns where an error was thrown: the frames of its stack without the message, which may contain secrets. Never
 * throws.
 */
export function framesOf(error: unknown): readonly string[] {
  try {
    if (!(error instanceof Error) || typeof error.stack !== "string") return [];
    return error.stack
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim());
  } catch {
    return [];
  }
}
