import type { DomainContext } from "../database/domain-context.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import { checkSameServer } from "../secrets/same-server.js";
import { checkLengths, checkWholeNumber, limits } from "../values/limits.js";
import type { Given, SmtpServer, SmtpServerAccess, SmtpServerService } from "./types.js";

const defaults = {
  description: "",
  protocol: "smtp",
  startTls: "opportunistic",
  username: "",
  sender: "",
  timeout: 10,
  poolSize: 5,
} as const;

/** Settings that determine where a password is sent, and how it is protected in transit. */
const destination = ["host", "port", "protocol", "startTls"];

/** Stores mail servers in the database, with encrypted passwords. */
export function createSmtpServers({ db, vault, configuration }: DomainContext): SmtpServerService {
  const rows = configuration.kept(async () => {
    const found = await db.selectFrom("smtp_server").selectAll().orderBy("name").execute();
    return new Map(found.map((row) => [row.name, row]));
  });
  const row = async (name: string) => (await rows()).get(name);
  const unknown = (name: string) => notFoundError(`There is no mail server ${JSON.stringify(name)}.`);
  const context = (name: string) => `the password of mail server ${name}`;

  const read = async (name: string): Promise<SmtpServerAccess | undefined> => {
    const found = await row(name);
    if (found === undefined) return undefined;
    const password = vault.open(found.password_sealed, context(name)).toString();
    return { ...(JSON.parse(found.settings) as SmtpServer), password };
  };

  return {
    async list() {
      return [...(await rows()).values()].map(({ settings }) => JSON.parse(settings) as SmtpServer);
    },
    async find(name) {
      const found = await row(name);
      return found === undefined ? null : (JSON.parse(found.settings) as SmtpServer);
    },
    async access(name) {
      const found = await read(name);
      if (found === undefined) throw unknown(name);
      return found;
    },
    async complete({ password, ...given }) {
      const stored = await read(given.name);
      const server = serverOf(given, stored);
      return { ...server, password: password ?? keptPassword(stored, server) };
    },
    async save({ password, ...given }) {
      if (given.name.trim() === "") throw parameterError("A mail server needs a name.");
      checkLengths({ ...given, password });
      if (given.host.trim() === "") throw parameterError("A mail server needs a host.");
      const server = serverOf(given);
      checkWholeNumber("port", server.port, 1, 65_535);
      checkWholeNumber("timeout", server.timeout, 1, limits.mailTimeout);
      checkWholeNumber("poolSize", server.poolSize, 1, limits.mailConnections);
      configuration.forget();
      const values = {
        settings: JSON.stringify(server),
        password_sealed: vault.seal(password ?? keptPassword(await read(server.name), server), context(server.name)),
      };
      await configuration.change((trx) =>
        trx
          .insertInto("smtp_server")
          .values({ name: server.name, ...values })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(values))
          .execute(),
      );
      return server;
    },
    async delete(name) {
      const { numDeletedRows } = await configuration.change((trx) =>
        trx.deleteFrom("smtp_server").where("name", "=", name).executeTakeFirstOrThrow(),
      );
      if (numDeletedRows === 0n) throw unknown(name);
    },
  };
}

/** Returns a server with the given fields. Omitted fields are taken from `stored`, or have their default. */
function serverOf(
  given: Given<SmtpServer> & { readonly name: string; readonly host: string },
  stored?: SmtpServerAccess,
): SmtpServer {
  const { password: _, ...known } = stored ?? { password: "" };
  const port = given.protocol === "smtps" ? 465 : 25;
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...defaults, port, ...known, name: given.name, host: given.host, ...changes };
}

/**
 * Returns the password that is stored for a server, provided that the server is still the same.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
function keptPassword(stored: SmtpServerAccess | undefined, server: SmtpServer): string {
  const password = stored?.password ?? "";
  if (password !== "") checkSameServer("password", destination, { ...stored }, { ...server });
  return password;
}
