import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BookendOptions } from "@bookend/core";
import { CliError } from "../cli-error.js";
import { problemMessage } from "../problem-message.js";

/** The exports of a module of `--handlers`, which describe the server. */
export type ServerDefinitions = Pick<
  BookendOptions,
  "handlers" | "conditions" | "directories" | "events" | "roles" | "secrets" | "tags"
>;

const exportedNames = ["handlers", "conditions", "directories", "events", "roles", "secrets", "tags"] as const;

/**
 * Imports the module of `--handlers`.
 *
 * @throws {CliError} if it cannot be imported or exports no handlers
 */
export async function loadHandlers(file: string, directory: string): Promise<ServerDefinitions> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(resolve(directory, file)).href);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CliError("failed", `--handlers: ${JSON.stringify(file)} cannot be imported: ${message}`);
  }
  if (!Array.isArray(exported.handlers)) {
    throw new CliError(
      "failed",
      problemMessage(
        `${JSON.stringify(file)} does not export "handlers"`,
        `an ES module that exports a list of handlers as "handlers", and optionally ${exportedNames.slice(1).join(", ")}`,
        "--handlers",
      ),
    );
  }
  const given = exportedNames.filter((name) => exported[name] !== undefined).map((name) => [name, exported[name]]);
  return Object.fromEntries(given) as ServerDefinitions;
}
