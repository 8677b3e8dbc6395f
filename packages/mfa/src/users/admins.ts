import { problemMessage } from "@bookend/core";
import { transact } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import { versionOf } from "../secrets/credential-version.js";
import { checkLengths } from "../values/limits.js";
import { passwordStrength } from "./password-strength.js";
import type { AdminService } from "./types.js";

/** Maximum length of a password in characters, which limits the cost of a hash. Source: OWASP ASVS 4.0.3, 2.1.2. */
const longestPassword = 128;

/**
 * Stores local administrators in the database. New passwords must have the given minimum length, and must not be
 * common ones.
 */
export function createAdmins({ db, passwords }: DomainContext, minPasswordLength: number): AdminService {
  const service: AdminService = {
    list: () => db.selectFrom("admin").select(["username", "email"]).orderBy("username").execute(),
    async find(username) {
      const query = db.selectFrom("admin").select(["username", "email"]).where("username", "=", username);
      return (await query.executeTakeFirst()) ?? null;
    },
    async save(username, { password, email }) {
      if (!/^[^\s@\p{Cc}]+$/u.test(username)) {
        throw parameterError(
          problemMessage(
            `${JSON.stringify(username.slice(0, 100))} is not valid`,
            "a name without spaces, control characters and @",
            "username",
          ),
        );
      }
      checkLengths({ username, email, password });
      if (password) {
        checkPasswordLength(password, minPasswordLength);
        await refuseCommonPassword(password, [username, email ?? ""]);
      }
      const changes = {
        ...(email === undefined ? {} : { email }),
        ...(password ? { password_hash: await passwords.hash(password) } : {}),
      };
      // if two requests add the same name at the same time, the second one is a change
      return transact(db, async (trx) => {
        const query = trx.selectFrom("admin").select(["username", "email"]).where("username", "=", username);
        const existing = await query.executeTakeFirst();
        if (existing !== undefined) {
          if (Object.keys(changes).length > 0) {
            await trx.updateTable("admin").set(changes).where("username", "=", username).execute();
          }
          return { ...existing, email: email ?? existing.email };
        }
        if (changes.password_hash === undefined) throw parameterError("A new administrator needs a password.");
        const admin = { username, email: email ?? "" };
        await trx
          .insertInto("admin")
          .values({ ...admin, password_hash: changes.password_hash })
          .execute();
        return admin;
      });
    },
    async delete(username) {
      const { numDeletedRows } = await db.deleteFrom("admin").where("username", "=", username).executeTakeFirst();
      if (numDeletedRows === 0n) throw notFoundError(`There is no administrator ${JSON.stringify(username)}.`);
    },
    async credential(username) {
      const query = db.selectFrom("admin").select("password_hash").where("username", "=", username);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : versionOf(row.password_hash);
    },
    async checkPassword(username, password) {
      const query = db.selectFrom("admin").select("password_hash").where("username", "=", username);
      return passwords.verify((await query.executeTakeFirst())?.password_hash, password);
    },
  };
  return service;
}

/** @throws {MfaError} PARAMETER_INVALID for a password that is easy to guess. Source: OWASP ASVS 4.0.3, 2.1.7. */
async function refuseCommonPassword(password: string, known: readonly string[]): Promise<void> {
  const { isCommon } = await passwordStrength(password, known);
  if (!isCommon) return;
  const allowed = "a password that takes a million guesses or more";
  throw parameterError(problemMessage("is a common password, a pattern, or a variation of one", allowed, "password"));
}

/**
 * Refuses a password that is too short or too long. Characters are code points, and several spaces count as one.
 * Source: OWASP ASVS 4.0.3, 2.1.1.
 */
function checkPasswordLength(password: string, least: number): void {
  const { length } = [...password.replace(/ {2,}/g, " ")];
  if (length >= least && length <= longestPassword) return;
  const allowed = `${least} to ${longestPassword} characters`;
  throw parameterError(problemMessage(`has ${length} characters`, allowed, "password"));
}
