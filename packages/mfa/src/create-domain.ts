import { randomBytes } from "node:crypto";
import { silentLogger } from "@bookend/core";
import { type Database, migrate } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import { createAuthentication } from "./authentication/authentication-service.js";
import { createChallenges } from "./authentication/challenges.js";
import { putIntoContainer } from "./containers/container-members.js";
import { createContainers } from "./containers/container-service.js";
import { checkStoredKey } from "./database/check-stored-key.js";
import { createConfiguration } from "./database/configuration.js";
import type { DomainContext } from "./database/domain-context.js";
import { domainMigrations, domainNamespace } from "./database/migrations.js";
import type { DomainSchema } from "./database/schema.js";
import { prepareTrigrams } from "./database/trigram-extension.js";
import { createDirectories } from "./directories.js";
import type { Domain, DomainOptions } from "./domain.js";
import { createFederationServers } from "./federation/federation-servers.js";
import { createPush } from "./push/push-service.js";
import { createPasswords } from "./secrets/passwords.js";
import { createVault } from "./secrets/vault.js";
import { createCodeSender } from "./senders/code-sender.js";
import { createSmsGateways } from "./senders/sms-gateways.js";
import { createSmtpServers } from "./senders/smtp-servers.js";
import { createSettings } from "./settings/settings.js";
import { tokenTypes } from "./token-types/token-types.js";
import { createTokenApplications } from "./tokens/token-applications.js";
import { createTokenCap } from "./tokens/token-cap.js";
import { createTokenGroups } from "./tokens/token-groups.js";
import { createTokens } from "./tokens/token-service.js";
import { createAdmins } from "./users/admins.js";
import { createRealms } from "./users/realms.js";
import { createResolvers } from "./users/resolvers.js";
import { createUsers } from "./users/users.js";

const defaultChallengeValidity = 120;

/**
 * Migrates the domain's tables and creates its services. The caller remains responsible for closing the database.
 *
 * @throws {StoreError} MIGRATION_FAILED
 * @throws {MfaError} DECRYPTION_FAILED if stored secrets were encrypted with another key
 * @throws {RangeError} if a key does not have 32 bytes
 */
export async function createDomain<Schema>(
  options: DomainOptions & { readonly database: Database<Schema> },
): Promise<Domain> {
  const { database, secretKey, formerKeys = [], random = randomBytes, sendMail, sendSms } = options;
  const logger = options.logger ?? silentLogger;
  await migrate(database, { namespace: domainNamespace, migrations: domainMigrations });
  const context: DomainContext = {
    // other packages have tables in the same database
    db: database.db as unknown as Kysely<DomainSchema>,
    reader: database.reader as unknown as Kysely<DomainSchema>,
    dialect: database.dialect,
    trigrams: await prepareTrigrams(database, logger),
    configuration: createConfiguration(database as unknown as Database<DomainSchema>),
    vault: createVault([secretKey, ...formerKeys], random),
    passwords: createPasswords(options.hashCost),
    random,
    clock: options.clock ?? (() => new Date()),
    logger,
  };
  await checkStoredKey(context.db, context.vault);

  const settings = createSettings(context);
  const realms = createRealms(context);
  const resolvers = createResolvers(context, options.passwdDirectory);
  const users = createUsers(context, { realms, resolvers, settings });
  const issuer = options.issuer ?? "Bookend";
  const url = options.url ?? "http://127.0.0.1:8080";
  const tokens = createTokens(context, {
    users,
    realms,
    issuer,
    url,
    types: tokenTypes,
    putIntoContainer,
    tokenCap: createTokenCap(context, options.maxTokensPerUser ?? 50),
  });
  const containers = createContainers(context, { users, realms, issuer });
  const challenges = createChallenges(context, options.challengeValidity ?? defaultChallengeValidity);
  const smtpServers = createSmtpServers(context);
  const smsGateways = createSmsGateways(context);
  const sender = createCodeSender({ users, settings, smtpServers, smsGateways, sendMail, sendSms });
  return {
    settings,
    realms,
    resolvers,
    users,
    admins: createAdmins(context, options.minAdminPasswordLength ?? 12),
    tokens,
    tokenGroups: createTokenGroups(context),
    tokenApplications: createTokenApplications(context),
    containers,
    challenges,
    authentication: createAuthentication(context, {
      users,
      settings,
      challenges,
      sender,
      maxChallengesPerUser: options.maxChallengesPerUser ?? 10,
    }),
    push: createPush(context, { challenges, issuer, url }),
    smtpServers,
    smsGateways,
    federationServers: createFederationServers(context),
    directories: createDirectories({ users, realms, resolvers, tokens, containers, challenges }),
  };
}
