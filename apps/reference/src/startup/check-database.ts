import { constants } from "node:fs";
import { dirname } from "node:path";
import { problemMessage } from "@bookend/core";
import { inspectDomain, MfaError, type ServerKeys } from "@bookend/mfa";
import { type Config, ConfigError, kindOf, may, sqliteFile } from "@bookend/reference-config";
import { inspectStore, type MigrationState, openDatabase, StoreError } from "@bookend/store-sql";
import { databaseOptions } from "../services/database-options.js";
import { formerAuditKeys } from "../services/former-keys.js";

/** The result of {@link checkDatabase}. */
export interface DatabaseCheck {
  readonly problems: readonly string[];
  /** Whether the database exists and all migrations have run, so that starting would not change its tables. */
  readonly current: boolean;
}

/**
 * Opens the database for reading if it exists, and compares its tables with this version, and its encrypted and signed
 * data with the keys.
 */
export async function checkDatabase(config: Config, secrets: ServerKeys): Promise<DatabaseCheck> {
  const file = sqliteFile(config);
  const field = config.database.kind === "postgres" ? "database.url" : "database.file";
  const found = (...problems: readonly string[]): DatabaseCheck => ({ problems, current: false });
  if (file !== undefined) {
    const problem = await fileProblem(file, config.dataDirectory);
    if (problem !== undefined) return found(`${field}: ${problem}`);
    if ((await kindOf(file)) === "missing") return found();
  }
  try {
    const states = await inspect(config, secrets);
    const unknown = states.flatMap((state) => state.unknown);
    if (unknown.length > 0) {
      return found(
        problemMessage(
          `the database belongs to a newer version, which ran the migrations ${unknown.join(", ")}`,
          "a database of this version or of an earlier one",
          field,
        ),
      );
    }
    return { problems: [], current: states.every(({ pending }) => pending.length === 0) };
  } catch (error) {
    const problems = databaseProblems(error, field);
    if (problems === undefined) throw error;
    return found(...problems);
  }
}

async function inspect(config: Config, secrets: ServerKeys): Promise<readonly MigrationState[]> {
  const database = await openDatabase<object>({ ...databaseOptions(config), readOnly: true, poolSize: 1 });
  try {
    return [
      await inspectStore({
        database,
        auditKey: secrets.auditKey,
        formerAuditKeys: formerAuditKeys(config),
      }),
      await inspectDomain({ database, secretKey: secrets.encryptionKey }),
    ];
  } finally {
    await database.close();
  }
}

/** Returns one line for each problem if the error is about the database or its keys; undefined for other errors. */
function databaseProblems(error: unknown, field: string): readonly string[] | undefined {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof MfaError && error.code === "DECRYPTION_FAILED") {
    return [problemMessage(sentence(error.message), "the key that they were encrypted with", "secrets.encryptionKey")];
  }
  if (!(error instanceof StoreError)) return undefined;
  switch (error.code) {
    case "AUDIT_KEY_UNKNOWN":
      return [
        problemMessage(
          sentence(error.message),
          "the key that signed it, or a new key if the public key of the former one is in secrets.formerAuditKeys",
          "secrets.auditKey",
        ),
      ];
    case "DATABASE_URL_INVALID":
      return [error.message.replace(/^url/, field)];
    case "AUDIT_TAMPERED":
      return [problemMessage(sentence(error.message), "a database with an unmodified audit log", field)];
    default:
      return [problemMessage(sentence(error.message), "a database that can be opened", field)];
  }
}

/** Returns the first line of a message as it follows the name of a field: lowercase first letter, full stop. */
function sentence(message: string): string {
  const [line = ""] = message.split("\n");
  return `${line.charAt(0).toLowerCase()}${line.slice(1)}`.replace(/[^.]$/, "$&.");
}

async function fileProblem(file: string, dataDirectory: string): Promise<string | undefined> {
  const shown = JSON.stringify(file);
  const refused = (wrong: string) => problemMessage(wrong, "a file that this process can read and write");
  const kind = await kindOf(file);
  if (kind === "directory" || kind === "other") return refused(`${shown} is not a file`);
  if (kind === "file") {
    const mode = constants.R_OK | constants.W_OK;
    return (await may(file, mode)) ? undefined : refused(`${shown} cannot be read and written`);
  }
  const directory = dirname(file);
  // a start creates the data directory, but no other directory that could contain the database
  if (directory === dataDirectory) return undefined;
  if ((await kindOf(directory)) !== "directory")
    return refused(`${shown} cannot be created: its directory does not exist`);
  return (await may(directory, constants.W_OK | constants.X_OK))
    ? undefined
    : refused(`${shown} cannot be created: its directory is not writable`);
}
