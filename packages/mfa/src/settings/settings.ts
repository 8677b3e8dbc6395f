import type { DomainContext } from "../database/domain-context.js";
import { checkLength, limits } from "../values/limits.js";

/**
 * System-wide settings by name. Values are strings.
 *
 * - `email.identifier`, `sms.identifier`: mail server or gateway for tokens that do not name one. Default: the only one
 *   that exists.
 * - `email.subject`, `email.text`, `sms.text`: the message; `{otp}` and `{serial}` are replaced.
 * - `splitAtSign`: `False` disables splitting of `user@realm`.
 * - `challenge_response`: additional token types, separated by blanks or commas, whose PIN alone opens a challenge, as
 *   for email and sms.
 */
export interface SettingsService {
  get(key: string): Promise<string | undefined>;
  all(): Promise<Readonly<Record<string, string>>>;
  set(key: string, value: string): Promise<void>;
  /**
   * Sets either all settings or none. Returns `update` for each setting that existed before, and `insert` for the
   * others.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  setAll(values: Readonly<Record<string, string>>): Promise<Readonly<Record<string, "insert" | "update">>>;
  /** Deletes a setting. Returns false if it did not exist. */
  delete(key: string): Promise<boolean>;
}

/** Maximum number of settings in one statement, since databases limit the parameters of a statement. */
const chunkSize = 500;

/** Stores settings in the database. */
export function createSettings({ db, configuration }: DomainContext): SettingsService {
  const setAll: SettingsService["setAll"] = async (values) => {
    const rows = Object.entries(values).map(([key, value]) => {
      checkLength("the name of a setting", key);
      return { key, value: checkLength(key, value, limits.infoValue) };
    });
    return configuration.change(async (trx) => {
      const known = new Set<string>();
      for (let start = 0; start < rows.length; start += chunkSize) {
        const chunk = rows.slice(start, start + chunkSize);
        const keys = chunk.map(({ key }) => key);
        const found = await trx.selectFrom("setting").select("key").where("key", "in", keys).execute();
        for (const { key } of found) known.add(key);
        await trx
          .insertInto("setting")
          .values(chunk)
          .onConflict((conflict) => conflict.column("key").doUpdateSet((eb) => ({ value: eb.ref("excluded.value") })))
          .execute();
      }
      return Object.fromEntries(
        rows.map(({ key }) => [key, known.has(key) ? ("update" as const) : ("insert" as const)]),
      );
    });
  };
  const values = configuration.kept(async () => {
    const rows = await db.selectFrom("setting").selectAll().orderBy("key").execute();
    return new Map(rows.map(({ key, value }) => [key, value]));
  });
  return {
    setAll,
    async get(key) {
      return (await values()).get(key);
    },
    async all() {
      return Object.fromEntries(await values());
    },
    async set(key, value) {
      await setAll({ [key]: value });
    },
    async delete(key) {
      const { numDeletedRows } = await configuration.change((trx) =>
        trx.deleteFrom("setting").where("key", "=", key).executeTakeFirstOrThrow(),
      );
      return numDeletedRows > 0n;
    },
  };
}
