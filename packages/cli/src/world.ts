import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type ExitReason, usageError } from "./cli-error.js";
import { absolutePath, type Io, variable } from "./io.js";
import { readLogins } from "./login-store.js";
import { createPrinter, type Printer } from "./output/printer.js";
import type { Target } from "./target/target.js";

/** The global options. */
export interface GlobalOptions {
  readonly url?: string | undefined;
  readonly database?: string | undefined;
  readonly ca?: string | undefined;
  readonly timeout: number;
  readonly handlers?: string | undefined;
  readonly scripts?: string | undefined;
  readonly templates?: string | undefined;
  readonly create?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly yaml?: boolean | undefined;
  readonly color: boolean;
}

/** The environment of a command, and its exit code. */
export interface World {
  readonly io: Io;
  /** The reason that determines the exit code, unless the command throws an error. */
  exit: ExitReason;
}

/** Returns the global options of a command. */
export function globalOptions(command: CommandUnknownOpts): GlobalOptions {
  return command.optsWithGlobals() as unknown as GlobalOptions;
}

/**
 * Creates the printer of a command.
 *
 * @throws {CliError} for `--json` together with `--yaml`
 */
export function printerOf({ io }: World, command: CommandUnknownOpts): Printer {
  const { json = false, yaml = false, color } = globalOptions(command);
  if (json && yaml) throw usageError("--json: cannot be combined with --yaml.");
  return createPrinter(io, { format: json ? "json" : yaml ? "yaml" : "text", color });
}

/** Runs a command on the server or database that its options select, and closes the connection afterwards. */
export async function withTarget(
  world: World,
  command: CommandUnknownOpts,
  run: (target: Target, printer: Printer) => Promise<void>,
): Promise<void> {
  const printer = printerOf(world, command);
  const target = await openTarget(world.io, globalOptions(command));
  try {
    await run(target, printer);
  } finally {
    printer.endProgress();
    await target.close();
  }
}

/**
 * Returns the server or database from the options, the environment or the stored login, in this order.
 *
 * @throws {CliError} if there is none, or it cannot be used
 */
export async function openTarget(io: Io, options: GlobalOptions): Promise<Target> {
  const chosenDatabase = databaseOf(io, options);
  // loaded only when needed, so that the command starts quickly
  if (chosenDatabase !== undefined) {
    const { databaseTarget } = await import("./target/database-target.js");
    const { handlers, create = false } = options;
    const path = (given: string | undefined) => (given === undefined ? undefined : absolutePath(io, given));
    const [scripts, templates] = [path(options.scripts), path(options.templates)];
    return databaseTarget({ url: chosenDatabase, handlers, scripts, templates, create, directory: io.directory });
  }
  for (const name of ["handlers", "scripts", "templates", "create"] as const) {
    if (options[name] !== undefined) throw usageError(`--${name}: needs --database.`);
  }
  const { baseOf, serverTarget } = await import("./target/server-target.js");
  const logins = await readLogins(io);
  const chosen = options.url ?? variable(io, "BOOKEND_URL") ?? logins.current;
  if (chosen === undefined) {
    throw usageError("Name a server with --url URL or bookend login, or a database with --database URL.");
  }
  const login = logins.servers[baseOf(chosen)];
  const token = variable(io, "BOOKEND_TOKEN") ?? login?.token;
  const ca = options.ca ?? login?.ca;
  return serverTarget({
    url: chosen,
    token,
    ca: ca === undefined ? undefined : absolutePath(io, ca),
    timeoutMs: options.timeout * 1000,
    clock: io.clock,
  });
}

/**
 * Returns the URL of the database from the option or the environment. A relative SQLite path is relative to the working
 * directory.
 *
 * @throws {CliError} for `--url` together with `--database`
 */
export function databaseOf(io: Io, { url, database }: Pick<GlobalOptions, "url" | "database">): string | undefined {
  if (url !== undefined && database !== undefined) throw usageError("--url: cannot be combined with --database.");
  const chosen = database ?? (url === undefined ? variable(io, "BOOKEND_DATABASE") : undefined);
  const [, path] = /^sqlite:(?!:memory:)(.+)$/s.exec(chosen ?? "") ?? [];
  return path === undefined ? chosen : `sqlite:${absolutePath(io, path)}`;
}
