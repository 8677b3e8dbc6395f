import { join } from "node:path";
import type { DurableOutbox, Logger } from "@bookend/core";
import { smsDestination } from "@bookend/handler-usernotification";
import { createHttpClient, type HttpClient } from "@bookend/http-client";
import {
  type Channels,
  createChannels,
  createDomain,
  type Domain,
  type ReceiveReport,
  type ServerKeys,
} from "@bookend/mfa";
import type { Config } from "@bookend/reference-config";
import {
  type CallLog,
  type Database,
  openCallLog,
  openDatabase,
  openOutbox,
  openStore,
  type Store,
} from "@bookend/store-sql";
import { databaseOptions } from "./database-options.js";
import { formerAuditKeys } from "./former-keys.js";
import { outboxOptions } from "./outbox-options.js";

/** The services that the server and the commands use. */
export interface Services {
  readonly domain: Domain;
  readonly store: Store;
  /** Stores deliveries. Only the server sends them. */
  readonly outbox: DurableOutbox;
  /** Recorded calls; undefined if calls are not recorded. */
  readonly calls: CallLog | undefined;
  readonly channels: Channels;
  /** The client for HTTP requests to other servers. */
  readonly http: HttpClient;
  /** Waits for running work and closes everything. */
  close(): Promise<void>;
}

/** Options of {@link openServices}. */
export interface ServicesOptions {
  readonly config: Config;
  readonly secrets: ServerKeys;
  readonly logger?: Logger | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** Opens the database, migrates its tables and creates the services. */
export async function openServices({ config, secrets, logger, clock }: ServicesOptions): Promise<Services> {
  const database = await openDatabase<object>(databaseOptions(config));
  try {
    return await onDatabase(database, { config, secrets, logger, clock });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function onDatabase(
  database: Database<object>,
  { config, secrets, logger, clock }: ServicesOptions,
): Promise<Services> {
  const { memoryCost, timeCost, parallelism } = config.pinHash;
  // channels and the domain depend on each other: an SMS gateway may send through a mail server of the domain, and the
  // domain sends the codes of tokens through channels
  const http = createHttpClient({ allow: config.outgoing.allow });
  const { scriptDirectory } = config.notifications;
  const onReport: ReceiveReport = (gateway, { ids, state, code }) =>
    outbox.receive({ destination: smsDestination(gateway), references: ids, state, code });
  const channels: Channels = createChannels({ http, scriptDirectory, onReport }, (name) =>
    domain.smtpServers.access(name),
  );
  const domain: Domain = await createDomain({
    database,
    secretKey: secrets.encryptionKey,
    url: config.publicUrl ?? originOf(config.host, config.port),
    hashCost: { memory: memoryCost, time: timeCost, parallelism },
    async sendMail(server, { to, subject, text }) {
      await channels.mailers.get(server).send({ to: [to], subject, text });
    },
    async sendSms(gateway, sms) {
      await channels.smsGateways.get(gateway).send(sms);
    },
    passwdDirectory: config.resolvers.passwdDirectory ?? join(config.dataDirectory, "passwd"),
    minAdminPasswordLength: config.administrators.minPasswordLength,
    maxTokensPerUser: config.limits.tokensPerUser,
    maxChallengesPerUser: config.limits.challengesPerUser,
    logger,
    clock,
  });
  const store = await openStore({
    database,
    auditKey: secrets.auditKey,
    formerAuditKeys: formerAuditKeys(config),
  });
  const outbox = openOutbox({
    ...outboxOptions(config, secrets),
    database,
    audit: store.audit,
    logger,
    clock,
  });
  const { recordedCalls } = config;
  const calls = recordedCalls.events.length > 0 ? openCallLog({ ...recordedCalls, database, clock }) : undefined;
  return {
    domain,
    store,
    outbox,
    calls,
    channels,
    http,
    async close() {
      await outbox.close();
      await channels.close();
      await http.close();
      await calls?.close();
      await store.close();
      await database.close();
    },
  };
}

/** Returns the URL of a server with this host and port. */
export function originOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
