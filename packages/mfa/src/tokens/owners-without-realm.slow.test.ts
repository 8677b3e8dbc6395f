import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { numbersTo } from "../../test/numbers-to.js";
import { tokenPageOf } from "./token-page.js";
import type { TokenPaging } from "./types.js";

/** More tokens than are sorted, so that they are read in the order of the list. */
const owned = 10_500;

describeDomain("tokens whose owner has no realm, among many with a realm", (prepared) => {
  it.each([
    ["first, in the order of the realms", false],
    ["last, in the opposite order", true],
  ])("come %s", async (_, descending) => {
    const { database, domain } = await prepared();
    const { db, reader, dialect } = database;
    const count = owned + 200;
    const numbers = numbersTo(dialect, count);
    // the owner of every thousandth token has no realm; the last 200 tokens have no owner
    await sql`insert into token (id, serial, type, description, active, revoked, otp_length, counter, fail_count,
        max_fail_count, count_window, sync_window, rollout_state, owner_id, owner_login, owner_resolver, owner_realm)
      select n, 'T' || cast(100000 + n as text), 'hotp', '', 1, 0, 6, 0, 0, 10, 10, 1000, '',
        case when n <= ${sql.lit(owned)} then 'id' || cast(n as text) end,
        case when n <= ${sql.lit(owned)} then 'user' || cast(n as text) end,
        case when n <= ${sql.lit(owned)} then 'people' end,
        case when n <= ${sql.lit(owned)} then case when n % 1000 = 0 then '' else 'realm1' end end
      from ${numbers}`.execute(db);
    await sql.raw(dialect === "postgres" ? "vacuum analyze" : "analyze").execute(db);
    const paging: TokenPaging = { sortBy: "realm", descending, pageSize: 500, page: descending ? owned / 500 : 1 };
    const options = { reader, dialect, trigrams: true };
    const { tokens } = await tokenPageOf(options, domain.users, { assigned: true }, paging);
    expect(tokens).toHaveLength(500);
    const realmless = descending ? tokens.slice(-10) : tokens.slice(0, 10);
    const serials = Array.from({ length: 10 }, (_each, index) => `T${101_000 + 1_000 * index}`);
    expect(realmless.map(({ serial }) => serial)).toEqual(descending ? serials.toReversed() : serials);
  });
});
