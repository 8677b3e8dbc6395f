import { transact } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { tokenError, userError } from "../errors/mfa-error.js";
import type { RealmService, UserService } from "../users/types.js";
import { formatInstant } from "../values/instant.js";
import { addRealms } from "./enrolment.js";
import { checkNeededPin, pinHashOf } from "./pin.js";
import type { TokenCap } from "./token-cap.js";
import { writeInfo } from "./token-info.js";
import { isOwner, ownerColumns } from "./token-owner.js";
import { targetTokens, unknownToken } from "./token-query.js";
import type { TokenTypes } from "./token-type.js";
import type { TokenService } from "./types.js";

const nobody = { owner_id: null, owner_login: null, owner_resolver: null, owner_realm: null };

/** Manages the owner and the realms of tokens. */
export function createAssignment(
  context: DomainContext,
  {
    users,
    realms,
    types,
    tokenCap,
  }: { users: UserService; realms: RealmService; types: TokenTypes; tokenCap: TokenCap },
): Pick<TokenService, "assign" | "unassign" | "copyPin" | "copyUser" | "setRealms" | "addRealm"> {
  const { clock, db, passwords } = context;
  const rowOf = async (serial: string) => {
    const row = await db.selectFrom("token").selectAll().where("serial", "=", serial).executeTakeFirst();
    if (row === undefined) throw unknownToken(serial);
    return row;
  };

  return {
    async assign(serial, user, pin, { selfService = false } = {}) {
      const [row, owner] = [await rowOf(serial), await users.require(user)];
      if (row.owner_id !== null && !isOwner(row, owner)) {
        throw tokenError(`The token ${JSON.stringify(serial)} is assigned to another user.`);
      }
      const pin_hash = await pinHashOf(passwords, pin);
      if (selfService) checkNeededPin(types.require(row.type), pin_hash === undefined ? row.pin_hash : pin_hash);
      await transact(db, async (trx) => {
        if (selfService && row.owner_id === null) await tokenCap(trx, owner);
        const { numUpdatedRows } = await trx
          .updateTable("token")
          .set({ ...ownerColumns(owner), ...(pin_hash === undefined ? {} : { pin_hash }), fail_count: 0 })
          .where("id", "=", row.id)
          .where("owner_id", row.owner_id === null ? "is" : "=", row.owner_id)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw tokenError(`The token ${JSON.stringify(serial)} is assigned to another user.`);
        await writeInfo(trx, [row.id], { assignment_date: formatInstant(clock()) });
        await addRealms(trx, row.id, owner.realm === "" ? [] : [owner.realm]);
      });
    },
    async unassign(target) {
      const ids = (await targetTokens(db, users, target)).filter((row) => row.owner_id !== null).map((row) => row.id);
      if (ids.length === 0) return 0;
      return transact(db, async (trx) => {
        // the PIN is deleted, since it belonged to the former owner
        const unassigned = { ...nobody, pin_hash: null, fail_count: 0 };
        const { numUpdatedRows } = await trx
          .updateTable("token")
          .set(unassigned)
          .where("id", "in", ids)
          .executeTakeFirst();
        await trx.deleteFrom("token_info").where("token_id", "in", ids).where("key", "=", "assignment_date").execute();
        return Number(numUpdatedRows);
      });
    },
    async copyPin(from, to) {
      const [{ pin_hash }, { id }] = [await rowOf(from), await rowOf(to)];
      await db.updateTable("token").set({ pin_hash }).where("id", "=", id).execute();
    },
    async copyUser(from, to, { selfService = false } = {}) {
      const [source, target] = [await rowOf(from), await rowOf(to)];
      if (source.owner_id === null) throw tokenError(`The token ${JSON.stringify(from)} is not assigned to a user.`);
      const { owner_id, owner_login, owner_resolver, owner_realm } = source;
      const copied = await db.selectFrom("token_realm").select("realm").where("token_id", "=", source.id).execute();
      await transact(db, async (trx) => {
        const isTheirs = target.owner_id === owner_id && target.owner_resolver === owner_resolver;
        if (selfService && !isTheirs) await tokenCap(trx, { resolver: owner_resolver ?? "", uid: owner_id ?? "" });
        const owner = { owner_id, owner_login, owner_resolver, owner_realm };
        await trx.updateTable("token").set(owner).where("id", "=", target.id).execute();
        await writeInfo(trx, [target.id], { assignment_date: formatInstant(clock()) });
        await addRealms(
          trx,
          target.id,
          copied.map(({ realm }) => realm),
        );
      });
    },
    async addRealm(serial, name) {
      const { id } = await rowOf(serial);
      const realm = await realms.find(name.toLowerCase());
      if (realm === null) return false;
      await addRealms(db, id, [realm.name]);
      return true;
    },
    async setRealms(serial, names) {
      const { id, owner_realm } = await rowOf(serial);
      const wanted = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""));
      const known = new Set((await realms.list()).map((realm) => realm.name));
      for (const name of wanted) {
        if (!known.has(name)) throw userError(`There is no realm ${JSON.stringify(name)}.`);
      }
      if (owner_realm !== null && known.has(owner_realm)) wanted.add(owner_realm);
      await transact(db, async (trx) => {
        await trx.deleteFrom("token_realm").where("token_id", "=", id).execute();
        await addRealms(trx, id, [...wanted]);
      });
      return [...wanted].sort();
    },
  };
}
