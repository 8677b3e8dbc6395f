import type { DomainContext } from "../database/domain-context.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import { checkSameServer } from "../secrets/same-server.js";
import { checkLengths } from "../values/limits.js";
import type { SmsGateway, SmsGatewayService } from "./types.js";

type Settings = Omit<SmsGateway, "secretOptions">;
type Secrets = Readonly<Record<string, string>>;

/** Options of gateways that determine where secrets are sent, and how they are protected in transit. */
const destinations = ["url", "host", "port", "tls", "tlsOptions", "rejectUnauthorized", "server", "script"];

/** Stores SMS gateways in the database. Options that the caller declares as secret are encrypted. */
export function createSmsGateways({ db, vault, configuration }: DomainContext): SmsGatewayService {
  const unknown = (name: string) => notFoundError(`There is no SMS gateway ${JSON.stringify(name)}.`);
  const context = (name: string) => `the secrets of SMS gateway ${name}`;
  const rows = configuration.kept(() => db.selectFrom("sms_gateway").selectAll().orderBy("name").execute());
  const read = async (name?: string) => {
    const found = (await rows()).filter((row) => name === undefined || row.name === name);
    return found.map((row) => ({
      settings: JSON.parse(row.settings) as Settings,
      secrets: JSON.parse(vault.open(row.secrets_sealed, context(row.name)).toString()) as Secrets,
    }));
  };
  const visible = ({ settings, secrets }: { settings: Settings; secrets: Secrets }): SmsGateway => ({
    ...settings,
    secretOptions: Object.keys(secrets).sort(),
  });

  return {
    async list() {
      return (await read()).map(visible);
    },
    async find(name) {
      const [found] = await read(name);
      return found === undefined ? null : visible(found);
    },
    async access(name) {
      const [found] = await read(name);
      if (found === undefined) throw unknown(name);
      return { ...found.settings, secrets: found.secrets };
    },
    async save({ name, provider, description = "", options = {}, headers = {}, secrets: given = {} }) {
      if (name.trim() === "") throw parameterError("An SMS gateway needs a name.");
      checkLengths({ name, provider, description });
      if (provider.trim() === "") throw parameterError("An SMS gateway needs a provider.");
      configuration.forget();
      const [existing] = await read(name);
      const settings: Settings = { name, description, provider, options, headers };
      const kept = Object.keys(existing?.secrets ?? {}).find((secret) => !Object.hasOwn(given, secret));
      if (existing !== undefined && kept !== undefined) {
        const [before, now] = [existing.settings, settings].map((each) => ({
          ...each.options,
          provider: each.provider,
        }));
        checkSameServer(kept, [...destinations, "provider"], before ?? {}, now ?? {});
      }
      const secrets: Secrets = { ...existing?.secrets, ...given };
      const row = {
        settings: JSON.stringify(settings),
        secrets_sealed: vault.seal(JSON.stringify(secrets), context(name)),
      };
      await configuration.change((trx) =>
        trx
          .insertInto("sms_gateway")
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
          .execute(),
      );
      return visible({ settings, secrets });
    },
    async delete(name) {
      const { numDeletedRows } = await configuration.change((trx) =>
        trx.deleteFrom("sms_gateway").where("name", "=", name).executeTakeFirstOrThrow(),
      );
      if (numDeletedRows === 0n) throw unknown(name);
    },
  };
}
