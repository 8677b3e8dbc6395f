import { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, pino } from "pino";
import { describeError } from "./describe-error.js";
import { hideSecrets } from "./hide-secrets.js";

/**
 * Creates the server's logger: JSON lines; secrets appear as `***`. Only the class, the code and the origin of an error
 * are written.
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
  const logger = pino(
    {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: hideSecretsOfLine },
    },
    destination,
  );
  // pino does not pass the fields of child loggers to formatters, but child loggers inherit this method
  const { child } = logger;
  logger.child = function childWithoutSecrets<Levels extends string = never>(
    this: Logger,
    fields: Bindings,
    options?: ChildLoggerOptions<Levels>,
  ): Logger<Levels> {
    return Reflect.apply(child, this, [hideSecrets(fields), options]);
  };
  return logger;
}

/** Hides the secrets of a log line. Top-level `err` and `error` are always described, since any value can be thrown. */
function hideSecretsOfLine(fields: object): Record<string, unknown> {
  const hidden = hideSecrets(fields);
  for (const name of ["err", "error"] as const) {
    if (Object.hasOwn(hidden, name)) hidden[name] = describeError((fields as Record<string, unknown>)[name]);
  }
  return hidden;
}
