import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { type Config, type ConfigInput, configSchema } from "./config.js";
import { ConfigError } from "./config-error.js";
import { describeIssue, problemLine } from "./describe-issue.js";

/**
 * Reads a YAML or JSON file.
 *
 * @throws {ConfigError}
 */
export async function loadConfig(file: string): Promise<Config> {
  return parseConfig(parseYaml(file, await readConfig(file)), { directory: dirname(resolve(file)) });
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`--config: ${JSON.stringify(file)} cannot be read (${code}). Allowed: a YAML or JSON file.`);
  }
}

/** Omits the parser's messages, since they may quote a secret. */
function parseYaml(file: string, text: string): ConfigInput {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  const refused = (where: string, reason: string) =>
    new ConfigError(`--config: ${JSON.stringify(file)} is not valid${where}: ${reason}. Allowed: YAML or JSON.`);
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw refused(` at line ${line}, column ${col}`, error.code.toLowerCase().replaceAll("_", " "));
  }
  try {
    return document.toJS() as ConfigInput;
  } catch {
    throw refused("", "its aliases cannot be resolved");
  }
}

/**
 * Fills in the defaults; relative paths are relative to `directory`.
 *
 * @throws {ConfigError}
 */
export function parseConfig(input: ConfigInput, { directory = process.cwd() }: { directory?: string } = {}): Config {
  const parsed = configSchema.safeParse(input, { error: describeIssue });
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.flatMap((issue) => {
        const fields =
          issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
        return fields.map((field) => problemLine(field.join("."), issue.message));
      }),
    );
  }
  const config = parsed.data;
  const path = (name: string) => resolve(directory, name);
  const { database, notifications, resolvers, scripts } = config;
  return {
    ...config,
    directory,
    dataDirectory: path(config.dataDirectory),
    database:
      database.kind === "sqlite" && database.file !== undefined ? { ...database, file: path(database.file) } : database,
    notifications: {
      spoolDirectory: notifications.spoolDirectory && path(notifications.spoolDirectory),
      templateDirectory: notifications.templateDirectory && path(notifications.templateDirectory),
      scriptDirectory: notifications.scriptDirectory && path(notifications.scriptDirectory),
    },
    resolvers: { passwdDirectory: resolvers.passwdDirectory && path(resolvers.passwdDirectory) },
    scripts: { directory: scripts.directory && path(scripts.directory) },
    handlers: config.handlers.map((handler) =>
      /^\.{0,2}\//.test(handler.package) ? { ...handler, package: path(handler.package) } : handler,
    ),
  };
}
