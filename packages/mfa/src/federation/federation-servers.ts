import { problemMessage } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import { checkLengths, checkWholeNumber, limits } from "../values/limits.js";

/** A server that calls can be forwarded to. */
export interface FederationServer {
  /** Unique name; called `identifier` in the API. */
  readonly name: string;
  readonly url: string;
  /** Whether the server's certificate is verified. */
  readonly verifyTls: boolean;
  /** Seconds to wait for the server. */
  readonly timeout: number;
  readonly description: string;
}

/** Stored servers. */
export interface FederationServerService {
  list(): Promise<readonly FederationServer[]>;
  find(name: string): Promise<FederationServer | null>;
  /**
   * Creates or replaces a server.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  save(server: FederationServer): Promise<void>;
  /** @throws {MfaError} NOT_FOUND */
  delete(name: string): Promise<void>;
}

/** Stores in the database the servers that calls can be forwarded to. */
export function createFederationServers({ db }: DomainContext): FederationServerService {
  return {
    async list() {
      const rows = await db.selectFrom("federation_server").selectAll().orderBy("name").execute();
      return rows.map(({ settings }) => JSON.parse(settings) as FederationServer);
    },
    async find(name) {
      if (name.includes("\0")) return null;
      const row = await db.selectFrom("federation_server").selectAll().where("name", "=", name).executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.settings) as FederationServer);
    },
    async save(server) {
      const { name, url, timeout } = server;
      if (name.trim() === "" || name.includes("\0")) throw parameterError("A server needs a name.");
      if (!isServerUrl(url)) {
        throw parameterError(
          problemMessage("is not valid", "an http or https URL without user, password, query and fragment", "url"),
        );
      }
      checkWholeNumber("timeout", timeout, 1, limits.federationTimeout);
      checkLengths({ ...server });
      const settings = JSON.stringify(server);
      await db
        .insertInto("federation_server")
        .values({ name, settings })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ settings }))
        .execute();
    },
    async delete(name) {
      const { numDeletedRows } = await db.deleteFrom("federation_server").where("name", "=", name).executeTakeFirst();
      if (numDeletedRows === 0n) throw notFoundError(`There is no server ${JSON.stringify(name)}.`);
    },
  };
}

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}
