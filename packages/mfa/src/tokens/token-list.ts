import type { DomainContext } from "../database/domain-context.js";
import type { UserService } from "../users/types.js";
import { eachInTurn } from "../values/turns.js";
import { narrowedBy } from "./narrowed-tokens.js";
import { loadTokens, openKey, type StoredToken, tokenRecord } from "./stored-token.js";
import { narrowingsOf } from "./token-narrowings.js";
import { allTokensOf, tokenPageOf } from "./token-page.js";
import { anyToken, unknownToken } from "./token-query.js";
import type { TokenTypes } from "./token-type.js";
import type { TokenFilter, TokenRecord, TokenService } from "./types.js";

/** Maximum number of tokens of a list without pages, and of tokens that are compared with an OTP. */
const maxTokens = 10_000;

/** Reads tokens. */
export function createTokenList(
  { clock, db, dialect, reader, trigrams, vault }: DomainContext,
  { users, types }: { readonly users: UserService; readonly types: TokenTypes },
): Pick<TokenService, "find" | "require" | "list" | "page" | "count" | "serialOfOtp"> {
  const find = async (serial: string): Promise<TokenRecord | null> => {
    // PostgreSQL refuses queries with NUL
    if (serial.includes("\0")) return null;
    const [token] = await loadTokens(db, db.selectFrom("token").selectAll().where("serial", "=", serial));
    return token === undefined ? null : tokenRecord(token);
  };
  const reading = { reader, dialect, trigrams };
  /** Reads the tokens of a user without the reader, since they are few, and a call sees its own changes to them. */
  const ofUser = async (filter: TokenFilter) => {
    const narrowings = await narrowingsOf(filter, { db, dialect, trigrams, users });
    const [lead] = narrowings;
    return narrowedBy(anyToken(db), narrowings, (each) => (dialect === "postgres" || each === lead ? "find" : "check"));
  };
  const stored = async (filter: TokenFilter): Promise<readonly StoredToken[]> =>
    filter.user === undefined
      ? allTokensOf(reading, users, filter, maxTokens)
      : loadTokens(db, (await ofUser(filter)).orderBy("serial"));

  return {
    find,
    async count(filter) {
      if (filter.user === undefined) {
        return (await tokenPageOf(reading, users, filter, { pageSize: 0, countAll: true })).count;
      }
      const { count } = await (await ofUser(filter))
        .clearSelect()
        .select((token) => token.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async require(serial) {
      const token = await find(serial);
      if (token === null) throw unknownToken(serial);
      return token;
    },
    async list(filter) {
      return (await stored(filter)).map(tokenRecord);
    },
    page: (filter, paging = {}) => tokenPageOf(reading, users, filter, paging),
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
