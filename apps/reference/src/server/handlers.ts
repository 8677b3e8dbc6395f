import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Handler } from "@bookend/core";
import { counter } from "@bookend/handler-counter";
import { logging } from "@bookend/handler-logging";
import { token } from "@bookend/handler-token";
import { userNotification } from "@bookend/handler-usernotification";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import type { Domain } from "../domain/index.js";
import { namedChannels } from "./channel-pool.js";
import type { Services } from "./services.js";
import { tokenAdministration } from "./token-administration.js";

/** The handlers of this server, each with what it needs of it. The one place to add another. */
export function createHandlers(
  { domain, store, channels }: Services,
  config: Config,
  logger: Logger,
): readonly Handler[] {
  return [
    userNotification({
      mailers: namedChannels(domain.smtpServers, channels.mailers),
      smsGateways: namedChannels(domain.smsGateways, channels.smsGateways),
      ...notificationDirectories(config),
      admins: {
        find: async (name) => (await domain.admins.find(name)) ?? undefined,
        names: async () => (await domain.admins.list()).map(({ username }) => username),
      },
      users: {
        usersOfRealm: (realm) => domain.users.list({ realm }),
        realms: async () => (await domain.realms.list()).map(({ name }) => name),
      },
    }),
    counter({ counters: store.counters }),
    logging({ logger }),
    token({ tokens: tokenAdministration(domain.tokens), choices: tokenChoices(domain) }),
  ];
}

function tokenChoices({ tokens, realms, smtpServers, smsGateways }: Domain) {
  const names = async (named: Promise<readonly { readonly name: string }[]>) => (await named).map(({ name }) => name);
  return {
    types: () => tokens.types().map(({ type }) => type),
    realms: () => names(realms.list()),
    smtpServers: () => names(smtpServers.list()),
    smsGateways: () => names(smsGateways.list()),
  };
}

function notificationDirectories({ dataDirectory, notifications }: Config) {
  const spoolDirectory = notifications.spoolDirectory ?? join(dataDirectory, "notifications");
  mkdirSync(spoolDirectory, { recursive: true, mode: 0o700 });
  const { templateDirectory } = notifications;
  return { spoolDirectory, ...(templateDirectory !== undefined && { templateDirectory }) };
}
