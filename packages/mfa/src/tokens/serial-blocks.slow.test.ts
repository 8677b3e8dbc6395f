import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { numbersTo } from "../../test/numbers-to.js";
import { followPlans } from "../../test/plans-of.js";
import { tokenSorts } from "./token-order.js";
import { tokenPageOf } from "./token-page.js";
import type { TokenFilter, TokenPaging, TokenSort } from "./types.js";

/** The tokens whose serials begin with an S, which come first, and those whose serials begin with a T or t. */
const [others, wanted] = [14_000, 12_000];

describeDomain("tokens whose serials begin with a string, among many others", (prepared) => {
  it("are found in every order without reading all others", async () => {
    const { database, domain } = await prepared();
    const { db, dialect } = database;
    const count = others + wanted;
    const numbers = numbersTo(dialect, count);
    await sql`insert into token (id, serial, type, description, active, revoked, otp_length, counter, fail_count,
        max_fail_count, count_window, sync_window, rollout_state, owner_id, owner_login, owner_resolver, owner_realm)
      select n,
        case when n <= ${sql.lit(others)} then 'S' when n % 3 = 0 then 't' else 'T' end || cast(100000 + n as text),
        case when n % 5 = 0 then 'totp' else 'hotp' end, 'token ' || cast(n % 20 as text), 1, 0, 6, 0, n % 3, 10, 10,
        1000, '', case when n % 2 = 0 then 'id' end, case when n % 2 = 0 then 'user' || cast(n % 1000 as text) end,
        case when n % 2 = 0 then 'people' end, case when n % 2 = 0 then 'realm1' end
      from ${numbers}`.execute(db);
    await sql.raw(dialect === "postgres" ? "vacuum analyze" : "analyze").execute(db);
    const { reader, slow } = followPlans(database);

    const all = await db.selectFrom("token").selectAll().execute();
    type Row = (typeof all)[number];
    const filters: readonly [TokenFilter, (row: Row) => boolean][] = [
      [{ serial: "t*" }, ({ serial }) => /^t/i.test(serial)],
      [{ serial: "T*8", assigned: true }, ({ serial }) => /^t.*8$/i.test(serial)],
    ];
    const keyOf: Readonly<Record<Exclude<TokenSort, "serial">, (row: Row) => string | number>> = {
      type: ({ type }) => type,
      description: ({ description }) => description,
      active: ({ active }) => active,
      failCount: ({ fail_count }) => fail_count,
      rolloutState: ({ rollout_state }) => rollout_state,
      username: ({ owner_login }) => owner_login ?? "",
      realm: ({ owner_realm }) => owner_realm ?? "",
    };
    let blocks = 0;
    for (const [filter, fits] of filters) {
      const expected = all.filter(fits);
      for (const sortBy of tokenSorts) {
        if (sortBy === "serial") continue;
        const of = keyOf[sortBy];
        expected.sort((a, b) => {
          const [before, behind] = of(a) === of(b) ? [a.serial, b.serial] : [of(a), of(b)];
          return before < behind ? -1 : 1;
        });
        for (const descending of [false, true]) {
          const sorted = descending ? expected.toReversed() : expected;
          for (const page of [1, 2, 40]) {
            const paging: TokenPaging = { sortBy, descending, pageSize: 30, page };
            const { tokens } = await tokenPageOf({ reader, dialect, trigrams: true }, domain.users, filter, paging);
            const of = sorted.slice(30 * (page - 1), 30 * page);
            expect([filter, paging, tokens.map(({ id }) => id)]).toEqual([filter, paging, of.map(({ id }) => id)]);
          }
          for (const plan of await slow(/token\.serial <>/, /./)) {
            blocks++;
            expect(plan).toMatch(/serial>\? AND serial<\?|Index Cond: .*serial >= .*serial <=/);
            expect(plan).not.toMatch(/TEMP B-TREE|Seq Scan/);
          }
        }
      }
    }
    expect(blocks).toBeGreaterThan(0);
  });
});
