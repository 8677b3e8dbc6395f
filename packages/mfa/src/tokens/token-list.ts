import type { DomainContext } from "../database/domain-context.js";
import type { UserService } from "../users/types.js";
import { pageNumbers, pageSlice } from "../values/paging.js";
import { eachInTurn } from "../values/turns.js";
import { loadTokens, openKey, type StoredToken, tokenRecord } from "./stored-token.js";
import { filteredTokens, unknownToken } from "./token-query.js";
import type { TokenTypes } from "./token-type.js";
import type { TokenFilter, TokenRecord, TokenService, TokenSort } from "./types.js";

const maxPageSize = 1000;

const sortColumns = {
  serial: "serial",
  type: "type",
  description: "description",
  active: "active",
  failCount: "fail_count",
  rolloutState: "rollout_state",
  username: "owner_login",
  realm: "owner_realm",
} as const satisfies Record<TokenSort, string>;

/** Reads tokens. */
export function createTokenList(
  { clock, db, vault }: DomainContext,
  { users, types }: { readonly users: UserService; readonly types: TokenTypes },
): Pick<TokenService, "find" | "require" | "list" | "page" | "count" | "serialOfOtp"> {
  const find = async (serial: string): Promise<TokenRecord | null> => {
    // PostgreSQL refuses to be asked for a NUL
    if (serial.includes("\0")) return null;
    const [token] = await loadTokens(db, db.selectFrom("token").selectAll().where("serial", "=", serial));
    return token === undefined ? null : tokenRecord(token);
  };
  const stored = async (filter: TokenFilter): Promise<readonly StoredToken[]> =>
    loadTokens(db, (await filteredTokens(db, users, filter)).orderBy("serial"));
  const count = async (filter: TokenFilter): Promise<number> => {
    const row = await (await filteredTokens(db, users, filter))
      .clearSelect()
      .select((token) => token.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };

  return {
    find,
    count,
    async require(serial) {
      const token = await find(serial);
      if (token === null) throw unknownToken(serial);
      return token;
    },
    async list(filter) {
      return (await stored(filter)).map(tokenRecord);
    },
    async page(filter, { sortBy = "serial", descending = false, ...asked } = {}) {
      const slice = pageSlice(asked, maxPageSize);
      const all = await count(filter);
      const query = (await filteredTokens(db, users, filter))
        .orderBy(sortColumns[sortBy], descending ? "desc" : "asc")
        .orderBy("serial")
        .limit(slice.size)
        .offset(slice.offset);
      return {
        count: all,
        tokens: (await loadTokens(db, query)).map(tokenRecord),
        ...pageNumbers(slice, all),
      };
    },
    async serialOfOtp(otp, filter = {}) {
      const now = clock();
      const showing: StoredToken[] = [];
      await eachInTurn(await stored({ ...filter, type: filter.type ?? "hotp,totp" }), (token) => {
        const match = types.require(token.row.type).verify(token, otp, { now, key: () => openKey(vault, token) });
        if (match) showing.push(token);
      });
      const [token, ...others] = showing;
      return token === undefined || others.length > 0 ? null : token.row.serial;
    },
  };
}
