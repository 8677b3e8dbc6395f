import { type DestinationStream, type Logger, pino } from "pino";

/** Names of parameters, headers and options whose values are secret wherever they appear. */
const secretNames = [
  "pass",
  "password",
  "pin",
  "otppin",
  "otpkey",
  "otp",
  "otp1",
  "otp2",
  "registrationcode",
  "googleurl",
  "token",
  "secret",
  "authorization",
  "Authorization",
  "cookie",
] as const;

/** How deep below the top of a log line a secret is looked for. */
const depths = ["", "*.", "*.*.", "*.*.*."];

/**
 * The server's logger: JSON lines; secrets appear as `***`.
 * Of an error only its class, its code and where it arose are written: its message may hold what a caller sent.
 */
export function createLogger(
  {
    level,
    worker,
  }: {
    readonly level: "debug" | "info" | "warn" | "error" | "silent";
    /** Number of the worker, in each line. @default none */
    readonly worker?: number | undefined;
  },
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const names = [...secretNames, '["pi-authorization"]', '["PI-Authorization"]', '["set-cookie"]'];
  const paths = depths.flatMap((depth) => names.map((name) => joinPath(depth, name)));
  return pino(
    {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: "***" },
      serializers: { err: describeError, error: describeError },
    },
    destination,
  );
}

function joinPath(depth: string, name: string): string {
  return name.startsWith("[") ? `${depth.replace(/\.$/, "")}${name}` : `${depth}${name}`;
}

/** The part of an error that may be logged. */
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
