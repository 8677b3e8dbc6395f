import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { problemMessage } from "@bookend/core";
import {
  AndFilter,
  Client,
  type Entry,
  EqualityFilter,
  type Filter,
  InvalidCredentialsError,
  NoSuchObjectError,
  type SearchOptions,
} from "ldapts";
import { configurationError } from "../errors/mfa-error.js";
import { type LdapSettings, peopleFilter } from "./ldap-settings.js";
import { FileRefused, readRegularFile } from "./regular-file.js";
import { byLogin, type SourceUser, type UserSource } from "./user-source.js";

const pageSize = 200;

/** Attributes with the time of the last password change, for OpenLDAP with its password policy and Active Directory. */
const credentialAttributes = ["pwdChangedTime", "pwdLastSet"];

const scopes = { SUBTREE: "sub", LEVEL: "one", BASE: "base" } as const;

/**
 * Provides the users of an LDAP directory. Each lookup opens and closes a connection. `all` returns up to `SIZELIMIT`
 * users. If the server cannot be reached, lookups throw CONFIGURATION_INVALID.
 */
export function ldapSource(settings: LdapSettings, bindPassword: string): UserSource {
  const { LDAPURI, LDAPBASE, BINDDN, LOGINNAMEATTRIBUTE, UIDTYPE, USERINFO, SIZELIMIT, SCOPE } = settings;
  const byDn = UIDTYPE.toUpperCase() === "DN";
  const people = peopleFilter(settings.LDAPSEARCHFILTER);
  const map = Object.entries(USERINFO).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const attributes = [
    LOGINNAMEATTRIBUTE,
    ...(byDn ? [] : [UIDTYPE]),
    ...map.map(([, attribute]) => attribute),
    ...credentialAttributes,
  ];

  const userOf = (entry: Entry): SourceUser | null => {
    const login = textOf(entry, LOGINNAMEATTRIBUTE);
    const id = byDn ? entry.dn : textOf(entry, UIDTYPE);
    if (login === "" || id === "") return null;
    const known = { givenname: "", surname: "", email: "", phone: "", mobile: "" };
    const found = Object.fromEntries(map.map(([name, attribute]) => [name, textOf(entry, attribute)]));
    const credential = credentialAttributes.map((attribute) => textOf(entry, attribute)).join(" ");
    return { id, login, attributes: { ...known, ...found, username: login, userid: id }, credential };
  };
  /** Returns the only entry. Undefined if there are several, since the user is ambiguous. */
  const only = ([entry, ...others]: readonly Entry[]) => (others.length > 0 ? undefined : entry);
  const find = async (client: Client, filter: Filter): Promise<Entry | undefined> => {
    const { searchEntries } = await client.search(LDAPBASE, { scope: scopes[SCOPE], filter, attributes });
    return only(searchEntries);
  };
  const matching = (attribute: string, value: string) =>
    new AndFilter({ filters: [people, new EqualityFilter({ attribute, value })] });

  const connected = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    try {
      return await withClient(settings, async (client) => {
        if (BINDDN !== "") await client.bind(BINDDN, bindPassword);
        return work(client);
      });
    } catch (cause) {
      throw configurationError(`The LDAP server ${LDAPURI} cannot be reached: ${reasonOf(cause)}.`, { cause });
    }
  };

  return {
    editable: false,
    byLogin: (login) =>
      connected(async (client) => {
        const entry = await find(client, matching(LOGINNAMEATTRIBUTE, login));
        return entry === undefined ? null : userOf(entry);
      }),
    byId: (id) =>
      connected(async (client) => {
        const search: SearchOptions = { scope: "base", filter: people, attributes };
        const entry = byDn ? await entryAt(client, id, search) : await find(client, matching(UIDTYPE, id));
        return entry === undefined ? null : userOf(entry);
      }),
    all: () =>
      connected(async (client) => {
        const users: SourceUser[] = [];
        const search = { scope: scopes[SCOPE], filter: people, attributes, paged: { pageSize } };
        for await (const { searchEntries } of client.searchPaginated(LDAPBASE, search)) {
          users.push(...searchEntries.map(userOf).filter((user) => user !== null));
          if (users.length >= SIZELIMIT) break;
        }
        return users.slice(0, SIZELIMIT).sort(byLogin);
      }),
    async checkPassword(login, password) {
      // servers accept a bind with a name and an empty password as anonymous
      if (password === "") return false;
      const entry = await connected((client) => find(client, matching(LOGINNAMEATTRIBUTE, login)));
      // also binds for users who do not exist, so that the response takes as long
      const dn = entry?.dn ?? `cn=nobody,${LDAPBASE}`;
      try {
        await withClient(settings, (client) => client.bind(dn, password));
        return entry !== undefined;
      } catch (cause) {
        if (cause instanceof InvalidCredentialsError) return false;
        throw configurationError(`The LDAP server ${LDAPURI} cannot be reached: ${reasonOf(cause)}.`, { cause });
      }
    },
  };
}

/** Runs a function with a connection, with TLS if configured, and closes it. */
async function withClient<Result>(settings: LdapSettings, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { LDAPURI: url, TIMEOUT, START_TLS } = settings;
  const secure = url.toLowerCase().startsWith("ldaps:");
  const tls = secure || START_TLS ? await tlsOptions(settings) : undefined;
  const milliseconds = TIMEOUT * 1000;
  const client = new Client({
    url,
    connectTimeout: milliseconds,
    timeout: milliseconds,
    ...(secure && tls ? { tlsOptions: tls } : {}),
  });
  try {
    if (!secure && tls) await client.startTLS(tls);
    return await work(client);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

async function tlsOptions({ LDAPURI, TLS_CA_FILE, TLS_VERIFY }: LdapSettings): Promise<ConnectionOptions> {
  const host = new URL(LDAPURI).hostname.replace(/^\[|\]$/g, "");
  return {
    host,
    // the name that the certificate must contain, with StartTLS as well
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: TLS_VERIFY,
    ...(TLS_CA_FILE === "" ? {} : { ca: await certificates(TLS_CA_FILE) }),
  };
}

/**
 * Reads the certificates that the settings trust, if they name a file.
 *
 * @throws {MfaError} CONFIGURATION_INVALID
 */
export async function checkCertificates({ TLS_CA_FILE }: LdapSettings): Promise<void> {
  if (TLS_CA_FILE === "") return;
  try {
    new X509Certificate((await certificates(TLS_CA_FILE)) ?? "");
  } catch (cause) {
    const reason = cause instanceof FileRefused ? cause.message : reasonOf(cause);
    throw configurationError(
      problemMessage(
        `${JSON.stringify(TLS_CA_FILE)} cannot be used (${reason})`,
        "a file with certificates in PEM",
        "TLS_CA_FILE",
      ),
      { cause },
    );
  }
}

async function certificates(file: string): Promise<Buffer | undefined> {
  return (await readRegularFile(file, { maxSize: 1024 * 1024 })).content;
}

async function entryAt(client: Client, dn: string, search: SearchOptions): Promise<Entry | undefined> {
  try {
    return (await client.search(dn, search)).searchEntries[0];
  } catch (error) {
    if (error instanceof NoSuchObjectError) return undefined;
    throw error;
  }
}

/** Returns the first value of an attribute, ignoring the letter case of its name. */
function textOf(entry: Entry, attribute: string): string {
  const wanted = attribute.toLowerCase();
  const [, value = ""] = Object.entries(entry).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return String(Array.isArray(value) ? (value[0] ?? "") : value);
}

/** Returns the class or code of an error, since the message may contain the query. */
function reasonOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  return error instanceof Error ? error.name : typeof error;
}
