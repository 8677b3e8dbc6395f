import type { DomainContext } from "../database/domain-context.js";
import { notFoundError, parameterError } from "../errors/mfa-error.js";
import type { AdminService } from "./types.js";

/** Local administrators in the database. */
export function createAdmins({ db, passwords }: DomainContext): AdminService {
  const service: AdminService = {
    list: () => db.selectFrom("admin").select(["username", "email"]).orderBy("username").execute(),
    async find(username) {
      const query = db.selectFrom("admin").select(["username", "email"]).where("username", "=", username);
      return (await query.executeTakeFirst()) ?? null;
    },
    async save(username, { password, email }) {
      if (!/^[^\s@\p{Cc}]+$/u.test(username)) {
        throw parameterError("The name of an administrator must not be empty and must have no blanks and no @.");
      }
      const changes = {
        ...(email === undefined ? {} : { email }),
        ...(password ? { password_hash: await passwords.hash(password) } : {}),
      };
      const existing = await service.find(username);
      if (existing !== null) {
        if (Object.keys(changes).length > 0) {
          await db.updateTable("admin").set(changes).where("username", "=", username).execute();
        }
        return { ...existing, email: email ?? existing.email };
      }
      if (changes.password_hash === undefined) throw parameterError("A new administrator needs a password.");
      const admin = { username, email: email ?? "" };
      await db
        .insertInto("admin")
        .values({ ...admin, password_hash: changes.password_hash })
        .execute();
      return admin;
    },
    async delete(username) {
      const { numDeletedRows } = await db.deleteFrom("admin").where("username", "=", username).executeTakeFirst();
      if (numDeletedRows === 0n) throw notFoundError(`There is no administrator ${JSON.stringify(username)}.`);
    },
    async checkPassword(username, password) {
      const query = db.selectFrom("admin").select("password_hash").where("username", "=", username);
      return passwords.verify((await query.executeTakeFirst())?.password_hash, password);
    },
  };
  return service;
}
