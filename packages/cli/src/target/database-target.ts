import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { createAdmin } from "@bookend/admin";
import { type Bookend, BookendError, createBookend, maskUrl, silentLogger } from "@bookend/core";
import { isDatabaseAway, openBindings, openDatabase, StoreError } from "@bookend/store-sql";
import { CliError, usageError } from "../cli-error.js";
import { problemMessage } from "../problem-message.js";
import { apiTarget } from "./api-target.js";
import { type HandlerFiles, inertDirectories, inertHandlers } from "./inert-handlers.js";
import { loadHandlers } from "./load-handlers.js";
import { shellUser } from "./shell-user.js";
import type { BindingProblem, ImportReport, Target } from "./target.js";

/** Options for opening a database. */
export interface DatabaseTargetOptions extends HandlerFiles {
  readonly url: string;
  /** A module with the server's own handlers. @default the handlers of the reference server */
  readonly handlers: string | undefined;
  /** Whether to create the database, or to bring its tables up to date. */
  readonly create: boolean;
  /** The directory that relative paths start from. */
  readonly directory: string;
}

/**
 * Opens the bindings in a database. The server need not run, since the management API runs in this process on the same
 * tables.
 *
 * @throws {CliError} if the database or the handlers cannot be used
 */
export async function databaseTarget(options: DatabaseTargetOptions): Promise<Target> {
  const { url, create } = options;
  const label = url.startsWith("sqlite:") ? url : maskUrl(url);
  const file = /^sqlite:(?!:memory:)(.+)$/.exec(url)?.[1];
  if (file !== undefined && !create && !existsSync(file)) {
    throw new CliError(
      "serverAway",
      problemMessage(`${label} does not exist`, "an existing database; --create creates one"),
    );
  }
  const database = await openDatabase<object>({ url, poolSize: 2 }).catch(throwCliError);
  let bookend: Bookend | undefined;
  try {
    const opened = await openBindings({ database, migrate: create });
    const definitions =
      options.handlers === undefined
        ? { handlers: inertHandlers(options) }
        : await loadHandlers(options.handlers, options.directory);
    const directories = { ...inertDirectories(), ...definitions.directories };
    bookend = createBookend({
      ...definitions,
      directories,
      bindings: opened.bindings,
      logger: silentLogger,
      // bindings with durable delivery must not be refused: only the server knows whether it has an outbox
      outbox: { submit: () => Promise.reject(new Error("The command line does not send deliveries.")) },
    });
    const running = bookend;
    await running.ready();
    // the API does not expose the reason of a failure, and there is no server log that could contain it
    let failure: unknown;
    const admin = createAdmin({
      bookend: running,
      directories,
      authorize: () => true,
      // for the history, since nobody is logged in
      actor: () => ({ username: shellUser(), realm: "", role: "shell" }),
      client: () => hostname(),
      logger: {
        ...silentLogger,
        error(fields) {
          if ("err" in fields) failure = fields.err;
        },
      },
    });
    const target = apiTarget({
      label,
      baseUrl: "http://localhost/event",
      async send(request) {
        failure = undefined;
        const response = await admin.fetch(request);
        if (failure !== undefined) throw failureOfDatabase(failure, label);
        return response;
      },
      async close() {
        running.close();
        await opened.close();
        await database.close();
      },
    });
    return withoutServer(target);
  } catch (error) {
    bookend?.close();
    await database.close();
    return throwCliError(error);
  }
}

/** Converts an error below the API to an error of the command line. */
function failureOfDatabase(error: unknown, label: string): CliError {
  const reason = error instanceof Error ? error.message : String(error);
  const away = error instanceof StoreError && isDatabaseAway(error);
  return new CliError(away ? "serverAway" : "failed", `${label}: ${reason.replace(/[.!?]?$/, ".")}`, { cause: error });
}

/** Codes of problems that only the server can detect, since they depend on the names that exist there. */
const codesOfLookups: ReadonlySet<string> = new Set(["UNKNOWN_CHOICE", "CHOICES_UNAVAILABLE"]);

/** Data that only a server reads, by the first part of its path in the management API. */
const dataOfServers: ReadonlyMap<string, string> = new Map([
  ["audit", "The audit log"],
  ["deliveries", "Deliveries"],
  ["destinations", "Destinations"],
]);

/** Limits a target to what does not depend on a server's directories, audit log and deliveries. */
function withoutServer(target: Target): Target {
  const known = (problems: readonly BindingProblem[]) => problems.filter(({ code }) => !codesOfLookups.has(code));
  const cleaned = (report: ImportReport): ImportReport => ({
    ...report,
    bindings: report.bindings.map(({ omitted_problems: omitted, ...binding }) => ({
      ...binding,
      problems: known(binding.problems),
      // the number of omitted problems is not reported for an active binding: it only has warnings, most of which come
      // from lookups
      ...(!binding.active && omitted !== undefined && { omitted_problems: omitted }),
    })),
  });
  const serverOnly = (command: string) =>
    usageError(`${command} needs users, tokens and calls of the server. Use --url instead of --database.`);
  // the commands on audit logs and deliveries, whose routes this process does not have
  const noRoute = (path: string) => {
    const [part = ""] = path.split("/");
    const more = part === "audit" ? " The command audit verify accepts both." : "";
    return Promise.reject(
      usageError(
        `${dataOfServers.get(part) ?? part} can only be read by a server. Use --url instead of --database.${more}`,
      ),
    );
  };
  return {
    ...target,
    read: noRoute,
    change: noRoute,
    explain: () => Promise.reject(serverOnly("explain")),
    preview: () => Promise.reject(serverOnly("preview")),
    backtest: () => {
      throw serverOnly("backtest");
    },
    async check(binding) {
      const { problems, valid, omitted } = await target.check(binding);
      // omitted warnings most probably come from lookups
      const onlyWarnings = valid || problems.some(({ severity }) => severity === "warning");
      return { problems: known(problems), valid, omitted: onlyWarnings ? 0 : omitted };
    },
    import: async (bindings, settings) => cleaned(await target.import(bindings, settings)),
    importForeign: async (document, settings) => cleaned(await target.importForeign(document, settings)),
  };
}

/**
 * Reports an error from the database or the handlers with a message for the user.
 *
 * @throws {CliError} failed, usage, serverAway
 */
function throwCliError(error: unknown): never {
  if (error instanceof StoreError) {
    if (error.code === "DATABASE_URL_INVALID") throw usageError(error.message.replace(/^url: /, "--database: "));
    const message =
      error.code === "SCHEMA_DIFFERS" ? problemMessage(error.message, "--create, which migrates them") : error.message;
    throw new CliError(isDatabaseAway(error) ? "serverAway" : "failed", message, { cause: error });
  }
  if (error instanceof BookendError) throw new CliError("failed", `--handlers: ${error.message}`, { cause: error });
  throw error;
}
