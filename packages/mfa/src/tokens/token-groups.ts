import type { DomainContext } from "../database/domain-context.js";
import { invalidValue } from "../errors/invalid-value.js";
import { notFoundError } from "../errors/mfa-error.js";
import { checkLengths } from "../values/limits.js";
import { unknownToken } from "./token-query.js";

/** A group of tokens. */
export interface TokenGroup {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

/** Groups of tokens; a token may be in several. */
export interface TokenGroupService {
  list(): Promise<readonly TokenGroup[]>;
  find(name: string): Promise<TokenGroup | null>;
  /**
   * Creates a group, or changes its description. Returns its ID.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  save(name: string, description: string): Promise<number>;
  /**
   * Deletes a group. Its tokens are kept.
   *
   * @throws {MfaError} NOT_FOUND
   */
  delete(name: string): Promise<void>;
  /**
   * Adds a token to a group. Returns false if the group already contained it.
   *
   * @throws {MfaError} NOT_FOUND
   */
  add(serial: string, name: string): Promise<boolean>;
  /**
   * Removes a token from a group. Returns false if the group did not contain it.
   *
   * @throws {MfaError} NOT_FOUND
   */
  remove(serial: string, name: string): Promise<boolean>;
  /** Returns the names of the groups of tokens, by serial. */
  ofTokens(serials: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** Stores token groups in the database. */
export function createTokenGroups({ db }: DomainContext): TokenGroupService {
  const find = async (name: string): Promise<TokenGroup | null> => {
    if (name.includes("\0")) return null;
    return (await db.selectFrom("token_group").selectAll().where("name", "=", name).executeTakeFirst()) ?? null;
  };
  const membership = async (serial: string, name: string) => {
    const token = serial.includes("\0")
      ? undefined
      : await db.selectFrom("token").select("id").where("serial", "=", serial).executeTakeFirst();
    if (token === undefined) throw unknownToken(serial);
    const group = await find(name);
    if (group === null) throw unknownGroup(name);
    return { token_id: token.id, group_id: group.id };
  };
  return {
    find,
    list: () => db.selectFrom("token_group").selectAll().orderBy("name").execute(),
    async save(name, description) {
      if (!/^[\w.-]{1,100}$/.test(name)) {
        throw invalidValue("the name of a token group", name, 'up to 100 letters, digits, "_", "-" and "."');
      }
      checkLengths({ description });
      const { id } = await db
        .insertInto("token_group")
        .values({ name, description })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ description }))
        .returning("id")
        .executeTakeFirstOrThrow();
      return id;
    },
    async delete(name) {
      const group = await find(name);
      if (group === null) throw unknownGroup(name);
      await db.deleteFrom("token_group").where("id", "=", group.id).execute();
    },
    async add(serial, name) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("token_group_member")
        .values(await membership(serial, name))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async remove(serial, name) {
      const { token_id, group_id } = await membership(serial, name);
      const { numDeletedRows } = await db
        .deleteFrom("token_group_member")
        .where("token_id", "=", token_id)
        .where("group_id", "=", group_id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async ofTokens(serials) {
      const groups = new Map<string, string[]>(serials.map((serial) => [serial, []]));
      if (serials.length === 0) return groups;
      const rows = await db
        .selectFrom("token_group_member")
        .innerJoin("token", "token.id", "token_group_member.token_id")
        .innerJoin("token_group", "token_group.id", "token_group_member.group_id")
        .select(["token.serial", "token_group.name"])
        .where("token.serial", "in", [...serials])
        .orderBy("token_group.name")
        .execute();
      for (const { serial, name } of rows) groups.get(serial)?.push(name);
      return groups;
    },
  };
}

const unknownGroup = (name: string) => notFoundError(`There is no token group ${JSON.stringify(name)}.`);
