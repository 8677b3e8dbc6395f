import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { type Config, type ConfigInput, configSchema } from "./config.js";

/** The configuration cannot be used; the message names each field and what is allowed, and no value that may be secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads a YAML or JSON file. Throws `ConfigError`. */
export async function loadConfig(file: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  let written: unknown;
  try {
    written = parse(text);
  } catch (error) {
    throw new ConfigError(`${file} is neither YAML nor JSON: ${(error as Error).message}`);
  }
  return parseConfig(written as ConfigInput, { source: file, directory: dirname(resolve(file)) });
}

/** Fills in the defaults; relative paths are relative to `directory`. Throws `ConfigError`. */
export function parseConfig(
  input: ConfigInput,
  { source = "configuration", directory = process.cwd() }: { source?: string; directory?: string } = {},
): Config {
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) throw new ConfigError(describe(source, parsed.error.issues));
  const config = parsed.data;
  const path = (name: string) => resolve(directory, name);
  const { database, notifications, resolvers, scripts } = config;
  return {
    ...config,
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
  };
}

function describe(source: string, issues: readonly z.core.$ZodIssue[]): string {
  const lines = issues.map((issue) => `  ${issue.path.join(".") || "(file)"}: ${issue.message}`);
  return [`${source} cannot be used:`, ...lines].join("\n");
}
