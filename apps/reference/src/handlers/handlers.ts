import type { Handler } from "@bookend/core";
import { container } from "@bookend/handler-container";
import { counter } from "@bookend/handler-counter";
import { customUserAttribute } from "@bookend/handler-customuserattribute";
import { federation } from "@bookend/handler-federation";
import { logging } from "@bookend/handler-logging";
import { requestMangler } from "@bookend/handler-requestmangler";
import { responseMangler } from "@bookend/handler-responsemangler";
import { listScripts, script } from "@bookend/handler-script";
import { token } from "@bookend/handler-token";
import { userNotification } from "@bookend/handler-usernotification";
import { webhook } from "@bookend/handler-webhook";
import {
  containerAdministration,
  type Domain,
  forwardingServers,
  namedChannels,
  tokenAdministration,
} from "@bookend/mfa";
import { type Config, readSecret, scriptDirectory, spoolDirectory } from "@bookend/reference-config";
import type { Logger } from "pino";
import type { Services } from "../services/services.js";

/** Creates the built-in handlers with their dependencies. Add new handlers here. */
export function createHandlers(
  { domain, store, channels, http }: Services,
  config: Config,
  logger: Logger,
): readonly Handler[] {
  return [
    userNotification({
      mailers: namedChannels(domain.smtpServers, channels.mailers),
      smsGateways: namedChannels(domain.smsGateways, channels.smsGateways),
      spoolDirectory: spoolDirectory(config),
      templateDirectory: config.notifications.templateDirectory,
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
    token({ tokens: tokenAdministration(domain), choices: tokenChoices(domain) }),
    container({ containers: containerAdministration(domain) }),
    customUserAttribute({
      attributes: {
        set: (user, key, value) => domain.users.setAttribute(user, key, value),
        delete: async (user, key) => (await domain.users.deleteAttribute(user, key)) > 0,
      },
    }),
    requestMangler(),
    responseMangler(),
    federation({ servers: forwardingServers(domain.federationServers), client: http }),
    // for a script with `sync_to_database`, the counters that the call changed are committed before the script starts;
    // everything else that the call changed is committed already
    script({ directory: checkedScripts(config, logger), commit: (call) => store.counters.commit(call) }),
    webhook({
      allow: config.outgoing.allow,
      secrets: config.outgoing.webhookSecrets.map((secret, index) =>
        readSecret(secret, `outgoing.webhookSecrets.${index}`),
      ),
    }),
  ];
}

function tokenChoices({ tokens, tokenGroups, tokenApplications, realms, smtpServers, smsGateways }: Domain) {
  const names = async (named: Promise<readonly { readonly name: string }[]>) => (await named).map(({ name }) => name);
  return {
    types: () => tokens.types().map(({ type }) => type),
    parameters: () => Object.fromEntries(tokens.types().map(({ type, parameters }) => [type, parameters])),
    realms: () => names(realms.list()),
    groups: () => names(tokenGroups.list()),
    machines: () => tokenApplications.machines(),
    smtpServers: () => names(smtpServers.list()),
    smsGateways: () => names(smsGateways.list()),
  };
}

function checkedScripts(config: Config, logger: Logger): string {
  const directory = scriptDirectory(config);
  for (const { name, refusal } of listScripts(directory)) {
    if (refusal !== undefined)
      logger.warn({ directory, script: name, reason: refusal }, "a script in the script directory cannot be used");
  }
  return directory;
}
