import type { DomainContext } from "../database/domain-context.js";
import { checkLength, limits } from "../values/limits.js";

/**
 * System-wide settings by name; values are text.
 *
 * - `email.identifier`, `sms.identifier`: mail server or gateway of tokens that name none; without it, the only one that exists.
 * - `email.subject`, `email.text`, `sms.text`: what is sent; `{otp}` and `{serial}` are replaced.
 * - `splitAtSign`: `False` keeps `user@realm` whole.
 * - `challenge_response`: token types, separated by blanks or commas, that open a challenge on their PIN alone, besides email and sms.
 */
export interface SettingsService {
  get(key: string): Promise<string | undefined>;
  all(): Promise<Readonly<Record<string, string>>>;
  set(key: string, value: string): Promise<void>;
  /** False when there was none. */
  delete(key: string): Promise<boolean>;
}

/** Settings in the database. */
export function createSettings({ db }: DomainContext): SettingsService {
  return {
    async get(key) {
      const row = await db.selectFrom("setting").select("value").where("key", "=", key).executeTakeFirst();
      return row?.value;
    },
    async all() {
      const rows = await db.selectFrom("setting").selectAll().orderBy("key").execute();
      return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
    },
    async set(key, value) {
      checkLength("the name of a setting", key);
      checkLength(key, value, limits.infoValue);
      await db
        .insertInto("setting")
        .values({ key, value })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
        .execute();
    },
    async delete(key) {
      const { numDeletedRows } = await db.deleteFrom("setting").where("key", "=", key).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
