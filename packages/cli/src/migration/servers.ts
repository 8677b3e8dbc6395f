import type { ExportedBinding } from "../target/target.js";
import { isRecord } from "../target/transport.js";

/** Kinds of servers that bindings use and that are set up separately. */
export type ServerKind = "SMTP server" | "SMS gateway" | "remote server";

/** A server that bindings name. */
export interface NamedServer {
  readonly kind: ServerKind;
  readonly name: string;
  /** Names of the bindings that use it. */
  readonly bindings: readonly string[];
  /** Its definition in the export; undefined if the export does not contain it. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
}

/** Options that name a server. */
const options: readonly (readonly [handler: string, option: string, kind: ServerKind])[] = [
  ["UserNotification", "emailconfig", "SMTP server"],
  ["UserNotification", "smsconfig", "SMS gateway"],
  ["Token", "smtp_identifier", "SMTP server"],
  ["Token", "sms_identifier", "SMS gateway"],
  ["Federation", "privacyIDEA", "remote server"],
];

/** Names of the parts of an export that contain servers. They are also the paths of the host's lists of servers. */
const parts: Readonly<Record<ServerKind, string>> = {
  "SMTP server": "smtpserver",
  "SMS gateway": "smsgateway",
  "remote server": "privacyideaserver",
};

/** Returns the servers that bindings name, with their definitions in the export. */
export function namedServers(bindings: readonly ExportedBinding[], document: unknown): readonly NamedServer[] {
  const found = new Map<string, { kind: ServerKind; name: string; bindings: string[] }>();
  for (const binding of bindings) {
    for (const [handler, option, kind] of options) {
      const name = binding.options[option];
      if (binding.handlermodule !== handler || typeof name !== "string" || name === "") continue;
      const key = `${kind}\n${name}`;
      const server = found.get(key) ?? { kind, name, bindings: [] };
      server.bindings.push(binding.name);
      found.set(key, server);
    }
  }
  return [...found.values()].map((server) => ({
    ...server,
    settings: isRecord(document) ? settingsOf(document[parts[server.kind]], server.name) : undefined,
  }));
}

/** Finds the settings of a server. An export contains servers either by name, or as a list of objects with a name. */
function settingsOf(part: unknown, name: string): Readonly<Record<string, unknown>> | undefined {
  if (isRecord(part)) {
    const settings = Object.hasOwn(part, name) ? part[name] : undefined;
    return isRecord(settings) ? settings : undefined;
  }
  if (!Array.isArray(part)) return undefined;
  return part.filter(isRecord).find((entry) => entry.name === name || entry.identifier === name);
}

/** Returns the request that sets up a server on a host with privacyIDEA's API. */
export function setupRequest({ kind, name, settings = {} }: NamedServer): {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
} {
  const identifier = encodeURIComponent(name);
  if (kind === "SMTP server") {
    const { server, port, username, password, sender, tls, timeout, description } = settings;
    return {
      path: `smtpserver/${identifier}`,
      body: defined({ server, port, username, password, sender, tls, timeout, description }),
    };
  }
  if (kind === "remote server") {
    const { url, tls, description } = settings;
    return { path: `privacyideaserver/${identifier}`, body: defined({ url, tls, description }) };
  }
  const { providermodule, description, options: given, headers } = settings;
  const named = (prefix: string, values: unknown) =>
    isRecord(values)
      ? Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]))
      : {};
  return {
    path: "smsgateway/",
    body: defined({
      name,
      module: providermodule,
      description,
      ...named("option", given),
      ...named("header", headers),
    }),
  };
}

/** Returns the path that lists the servers of a kind. */
export function listPath(kind: ServerKind): string {
  return `${parts[kind]}/`;
}

/** Returns whether a list of servers, as the host returns it, has one of this name. */
export function isListed(list: unknown, name: string): boolean {
  if (Array.isArray(list)) return list.filter(isRecord).some((entry) => entry.name === name);
  return isRecord(list) && Object.hasOwn(list, name);
}

function defined(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}
