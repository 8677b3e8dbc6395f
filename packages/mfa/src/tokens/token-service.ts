import { transact } from "@bookend/store-sql";
import type { Kysely, Updateable } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import { tokenError } from "../errors/mfa-error.js";
import { createAssignment } from "./assignment.js";
import { storedChanges } from "./changes.js";
import { commonParameters, createEnrolment, type EnrolmentServices } from "./enrolment.js";
import { createLostToken } from "./lost-token.js";
import { checkNeededPin, pinHashOf } from "./pin.js";
import { createSecondStep } from "./second-step.js";
import { loadTokens, openKey } from "./stored-token.js";
import { createTokenImport } from "./token-import.js";
import { createTokenInfo, writeInfo } from "./token-info.js";
import { createTokenList } from "./token-list.js";
import { targetTokens, unknownToken } from "./token-query.js";
import type { TokenService, TokenTarget } from "./types.js";
import { checkValidity, validityFields } from "./validity.js";

/** Stores tokens in the database. */
export function createTokens(context: DomainContext, services: EnrolmentServices): TokenService {
  const { clock, db, passwords, vault } = context;
  const rowsOf = (target: TokenTarget) => targetTokens(db, services.users, target);
  const list = createTokenList(context, services);
  const secondStep = createSecondStep(context, services);
  const enrolment = createEnrolment(context, services);
  const info = createTokenInfo(context);
  const assignment = createAssignment(context, services);

  const service: TokenService = {
    ...list,
    ...info,
    ...assignment,
    init: async (parameters, user, by) => (await secondStep(parameters, user)) ?? enrolment.init(parameters, user, by),
    importTokens: createTokenImport(context, enrolment),
    types: () =>
      services.types.all.map(({ type, title, description, parameters }) => ({
        type,
        title,
        description,
        parameters: [...new Set([...commonParameters, ...parameters])],
      })),
    lost: (serial, by) => createLostToken(context, service)(serial, by),

    async enable(target) {
      const rows = await rowsOf(target);
      const revoked = rows.find((row) => row.revoked === 1);
      if (revoked && target.serial) throw tokenError(`The token ${JSON.stringify(revoked.serial)} was revoked.`);
      return update(
        rows.filter((row) => row.active === 0 && row.revoked === 0),
        { active: 1 },
      );
    },
    async disable(target) {
      const rows = await rowsOf(target);
      return update(
        rows.filter((row) => row.active === 1),
        { active: 0 },
      );
    },
    async revoke(target) {
      return update(await rowsOf(target), { active: 0, revoked: 1 });
    },
    async reset(target) {
      return update(await rowsOf(target), { fail_count: 0 });
    },
    async set(target, { pin, ...changes }, { selfService = false } = {}) {
      const { columns, info: fields } = storedChanges(changes);
      const rows = await rowsOf(target);
      const ids = rows.map((row) => row.id);
      const pin_hash = await pinHashOf(passwords, pin);
      if (selfService && pin_hash !== undefined) {
        for (const row of rows) checkNeededPin(services.types.require(row.type), pin_hash);
      }
      const values = { ...columns, ...(pin_hash === undefined ? {} : { pin_hash }) };
      const kept = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
      const removed = Object.keys(fields).filter((key) => fields[key] === null);
      if (ids.length === 0) return 0;
      await transact(db, async (trx) => {
        // the row is updated even if only tokeninfo changes: this locks it, so that nothing else can change the token
        // between writing and checking
        const written = trx.updateTable("token").where("id", "in", ids);
        if (Object.keys(values).length > 0) await written.set(values).execute();
        else await written.set((token) => ({ description: token.ref("description") })).execute();
        await writeInfo(trx, ids, Object.fromEntries(kept));
        if (removed.length > 0) {
          await trx.deleteFrom("token_info").where("token_id", "in", ids).where("key", "in", removed).execute();
        }
        if (validityFields.some((field) => fields[field] != null)) await checkStoredValidity(trx, ids);
      });
      return ids.length;
    },
    async delete(target) {
      const rows = await rowsOf(target);
      if (rows.length === 0) return 0;
      return transact(db, async (trx) => {
        const ids = rows.map((row) => row.id);
        const { numDeletedRows } = await trx.deleteFrom("token").where("id", "in", ids).executeTakeFirst();
        const serials = rows.map((row) => row.serial);
        await trx.deleteFrom("challenge").where("serial", "in", serials).execute();
        return Number(numDeletedRows);
      });
    },
    async resync(serial, otp1, otp2) {
      const [token] = await loadTokens(db, db.selectFrom("token").selectAll().where("serial", "=", serial));
      if (token === undefined) throw unknownToken(serial);
      const { resync } = services.types.require(token.row.type);
      if (resync === undefined) throw tokenError(`A token of type ${token.row.type} cannot be resynchronized.`);
      const resynced = resync(token, [otp1, otp2], { now: clock(), key: () => openKey(vault, token) });
      if (resynced === null) return false;
      return transact(db, async (trx) => {
        // an OTP that has been used in the meantime must not become valid again
        const { numUpdatedRows } = await trx
          .updateTable("token")
          .set({ counter: resynced.counter, fail_count: 0 })
          .where("id", "=", token.row.id)
          .where("counter", "=", token.row.counter)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await writeInfo(trx, [token.row.id], resynced.info ?? {});
        return true;
      });
    },
  };
  return service;

  /** Refuses and rolls back a change after which one of these tokens could never be used. */
  async function checkStoredValidity(trx: Kysely<DomainSchema>, ids: readonly number[]): Promise<void> {
    const changed = await loadTokens(trx, trx.selectFrom("token").selectAll().where("id", "in", ids));
    for (const { row, info: stored } of changed) checkValidity(row.serial, stored);
  }

  async function update(rows: readonly { readonly id: number }[], values: Updateable<TokenTable>): Promise<number> {
    if (rows.length === 0) return 0;
    const { numUpdatedRows } = await db
      .updateTable("token")
      .set(values)
      .where(
        "id",
        "in",
        rows.map((row) => row.id),
      )
      // does not enable a token that was revoked after it was read
      .$if(values.active === 1, (query) => query.where("revoked", "=", 0))
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }
}
