import { problemMessage } from "@bookend/core";
import { isWebhookSecret } from "@bookend/handler-webhook";
import type { ServerKeys } from "@bookend/mfa";
import { type Config, ConfigError, checkDirectories, inspectSecrets, readSecret } from "@bookend/reference-config";
import { inspectHandlers } from "../handlers/configured-handlers.js";
import { formerAuditKeys, formerOutboxKeys } from "../services/former-keys.js";
import { checkDatabase } from "./check-database.js";
import { checkListening } from "./check-listening.js";

/** The result of {@link checkStart}. */
export interface StartCheck {
  /** One line per problem: `<field>: <what is wrong>. Allowed: <what>.` */
  readonly problems: readonly string[];
  /** The server's keys. Missing ones are generated, as in a first start, but not stored. */
  readonly secrets: ServerKeys;
  /** Whether the database exists and has the tables of this version. */
  readonly databaseIsCurrent: boolean;
}

/** Checks whether the server can start, without changing anything. */
export async function checkStart(config: Config): Promise<StartCheck> {
  const { problems: secretProblems, keys: secrets } = await inspectSecrets(config);
  const formerKeyProblems = [formerAuditKeys, formerOutboxKeys].flatMap((formerKeys) =>
    problemsOf(() => {
      formerKeys(config);
      return [];
    }),
  );
  const directoryProblems = await checkDirectories(config);
  // the database cannot be checked without its directory or key
  const database =
    directoryProblems.length + secretProblems.length + formerKeyProblems.length > 0
      ? { problems: [], current: false }
      : await checkDatabase(config, secrets);
  const problems = [
    ...directoryProblems,
    ...secretProblems,
    ...formerKeyProblems,
    ...checkWebhookSecrets(config),
    ...checkMetricsToken(config),
    ...checkWorkers(config),
    ...(await inspectHandlers(config)),
    ...database.problems,
    ...(await checkListening(config)),
  ];
  return { problems, secrets, databaseIsCurrent: database.current };
}

function checkWebhookSecrets({ outgoing }: Config): readonly string[] {
  return outgoing.webhookSecrets.flatMap((setting, index) => {
    const field = `outgoing.webhookSecrets.${index}`;
    return problemsOf(() => {
      if (isWebhookSecret(readSecret(setting, field))) return [];
      return [problemMessage("the secret is not valid", '"whsec_" and the base64 of 24 bytes or more', field)];
    });
  });
}

function checkMetricsToken({ metrics: { token } }: Config): readonly string[] {
  return problemsOf(() => {
    if (token !== undefined) readSecret(token, "metrics.token");
    return [];
  });
}

/**
 * Checks the number of workers. SQLite allows only one worker, since processes that share a file wait for each other's
 * transactions.
 */
function checkWorkers({ workers, database }: Config): readonly string[] {
  if (workers === 1 || database.kind === "postgres") return [];
  return [problemMessage(`${workers} is not valid for a SQLite database`, "1, or more with PostgreSQL", "workers")];
}

/** Returns the problems that a check returns, or those of the `ConfigError` that it throws. */
function problemsOf(check: () => readonly string[]): readonly string[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
