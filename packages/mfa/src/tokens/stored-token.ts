import type { Kysely, Selectable, SelectQueryBuilder } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema, TokenTable } from "../database/schema.js";
import type { TokenRecord } from "./types.js";

/** A stored token, with its tokeninfo and realms. */
export interface StoredToken {
  readonly row: Selectable<TokenTable>;
  readonly info: Readonly<Record<string, string>>;
  readonly realms: readonly string[];
}

/** A query of token rows. */
export type TokenQuery = SelectQueryBuilder<DomainSchema, "token", Selectable<TokenTable>>;

/** Maximum number of values in one statement; both databases limit it. */
const chunkSize = 500;

/** Runs a query for token rows and reads their related data. */
export async function loadTokens(db: Kysely<DomainSchema>, query: TokenQuery): Promise<readonly StoredToken[]> {
  const rows = await query.execute();
  const tokens = rows.map((row) => ({ row, info: {} as Record<string, string>, realms: [] as string[] }));
  const byId = new Map(tokens.map((token) => [token.row.id, token]));
  const ids = [...byId.keys()];
  for (let start = 0; start < ids.length; start += chunkSize) {
    const chunk = ids.slice(start, start + chunkSize);
    const infos = await db.selectFrom("token_info").selectAll().where("token_id", "in", chunk).orderBy("key").execute();
    for (const { token_id, key, value } of infos) define(byId.get(token_id)?.info, key, value);
    const realms = await db
      .selectFrom("token_realm")
      .selectAll()
      .where("token_id", "in", chunk)
      .orderBy("realm")
      .execute();
    for (const { token_id, realm } of realms) byId.get(token_id)?.realms.push(realm);
  }
  return tokens;
}

/** Sets an own property, even if its name is `__proto__`. */
function define(target: Record<string, string> | undefined, key: string, value: string): void {
  if (target) Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Returns a token as it is shown to clients. */
export function tokenRecord({ row, info, realms }: StoredToken): TokenRecord {
  const { owner_id: uid, owner_login: login, owner_resolver: resolver, owner_realm: realm } = row;
  return {
    id: row.id,
    serial: row.serial,
    type: row.type,
    description: row.description,
    active: row.active === 1,
    revoked: row.revoked === 1,
    locked: isLocked(row),
    owner: uid === null ? null : { uid, login: login ?? "", resolver: resolver ?? "", realm: realm ?? "" },
    realms,
    info,
    failCount: row.fail_count,
    maxFailCount: row.max_fail_count,
    otpCounter: row.counter,
    otpLength: row.otp_length,
    countWindow: row.count_window,
    syncWindow: row.sync_window,
    hasPin: row.pin_hash !== null,
    rolloutState: row.rollout_state,
  };
}

/** Returns whether the token has too many failed attempts, or was revoked. */
export const isLocked = (row: Pick<TokenTable, "fail_count" | "max_fail_count" | "revoked">): boolean =>
  row.fail_count >= row.max_fail_count || row.revoked === 1;

/** Returns the context to which an encrypted OTP key is bound. */
export const keyContext = (serial: string): string => `the OTP key of token ${serial}`;

/** Decrypts the OTP key of a token. Returns an empty buffer if the token has no key. */
export function openKey(vault: DomainContext["vault"], { row }: StoredToken): Buffer {
  return row.key_sealed === null ? Buffer.alloc(0) : vault.open(row.key_sealed, keyContext(row.serial));
}
