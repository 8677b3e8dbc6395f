import type { DomainContext } from "../database/domain-context.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import { checkSameServer } from "../secrets/same-server.js";
import { checkLengths } from "../values/limits.js";
import type { SmtpServer, SmtpServerService } from "./types.js";

const defaults = {
  description: "",
  protocol: "smtp",
  startTls: "opportunistic",
  username: "",
  sender: "",
  timeout: 10,
  poolSize: 5,
} as const;

/** Mail servers in the database; passwords encrypted. */
export function createSmtpServers({ db, vault }: DomainContext): SmtpServerService {
  const row = (name: string) => db.selectFrom("smtp_server").selectAll().where("name", "=", name).executeTakeFirst();
  const unknown = (name: string) => notFoundError(`There is no mail server ${JSON.stringify(name)}.`);
  const context = (name: string) => `the password of mail server ${name}`;

  const complete: SmtpServerService["complete"] = async ({ password, ...given }) => {
    const found = await row(given.name);
    const stored = found && (JSON.parse(found.settings) as SmtpServer);
    const known = found === undefined ? "" : vault.open(found.password_sealed, context(given.name)).toString();
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const port = given.port ?? stored?.port ?? (given.protocol === "smtps" ? 465 : 25);
    const server: SmtpServer = { ...defaults, ...stored, name: given.name, host: given.host, ...changes, port };
    if (stored && known !== "" && password === undefined) {
      checkSameServer("password", ["host", "port", "protocol", "startTls"], { ...stored }, { ...server });
    }
    return { ...server, password: password ?? known };
  };

  return {
    async list() {
      const rows = await db.selectFrom("smtp_server").selectAll().orderBy("name").execute();
      return rows.map(({ settings }) => JSON.parse(settings) as SmtpServer);
    },
    async find(name) {
      const found = await row(name);
      return found === undefined ? null : (JSON.parse(found.settings) as SmtpServer);
    },
    async access(name) {
      const found = await row(name);
      if (found === undefined) throw unknown(name);
      const password = vault.open(found.password_sealed, context(name)).toString();
      return { ...(JSON.parse(found.settings) as SmtpServer), password };
    },
    complete,
    async save({ password, ...given }) {
      if (given.name.trim() === "") throw parameterError("A mail server needs a name.");
      checkLengths({ ...given, password });
      if (given.host.trim() === "") throw parameterError("A mail server needs a host.");
      await complete({ password, ...given });
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const port = given.port ?? (given.protocol === "smtps" ? 465 : 25);
      const server: SmtpServer = { ...defaults, name: given.name, host: given.host, ...changes, port };
      const settings = JSON.stringify(server);
      const sealed = vault.seal(password ?? "", context(server.name));
      await db
        .insertInto("smtp_server")
        .values({ name: server.name, settings, password_sealed: sealed })
        .onConflict((conflict) =>
          conflict
            .column("name")
            .doUpdateSet({ settings, ...(password === undefined ? {} : { password_sealed: sealed }) }),
        )
        .execute();
      return server;
    },
    async delete(name) {
      const { numDeletedRows } = await db.deleteFrom("smtp_server").where("name", "=", name).executeTakeFirst();
      if (numDeletedRows === 0n) throw unknown(name);
    },
  };
}
