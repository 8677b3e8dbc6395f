import { type Bookend, type Logger, problemMessage, ValueError } from "@bookend/core";

/** The options of a route for its calls. */
export interface RouteOptions {
  /** The event that its calls raise. */
  readonly event?: string | undefined;
  /** Without an event: the name of its calls in `onCall` and in the audit log. */
  readonly audit?: string | undefined;
  /** Names of parameters that may occur more than once in the query or the form; `true` for any. @default none */
  readonly lists?: readonly string[] | true | undefined;
  /**
   * Names of parameters of the path whose values are secret: messages and logs show the path without them. @default
   * none
   */
  readonly secrets?: readonly string[] | undefined;
}

/** A route in the form that adapters use. */
export interface ServedRoute<Options extends RouteOptions> {
  readonly name: string;
  readonly raises: boolean;
  readonly options: Options;
}

const optionNames = ["event", "audit", "lists", "secrets"];

/**
 * Reads the options that a route has for its calls, and declares its event.
 *
 * @param route The options, or the event alone.
 * @param more Names of options that only this adapter has.
 * @throws {ValueError} VALUE_INVALID
 */
export function declareRoute<Options extends RouteOptions>(
  bookend: Bookend,
  route: string | Options,
  more: readonly string[] = [],
): ServedRoute<Options> {
  const options = typeof route === "string" ? ({ event: route } as Options) : route;
  const known = [...optionNames, ...more];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ValueError(
      problemMessage(`there is no option "${unknown}"`, known.join(", "), "route"),
      known.join(", "),
    );
  }
  const { event, audit } = options;
  const name = event ?? audit;
  if (typeof name !== "string" || name === "") {
    const allowed = "the name of its event, or { audit } with a name for the audit log";
    throw new ValueError(problemMessage("does not name an event", allowed, "route"), allowed);
  }
  if (event !== undefined) bookend.declareEvents([event]);
  return { name, raises: event !== undefined, options };
}

/** Logs warnings and errors to the console; for a server without a logger. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
};
