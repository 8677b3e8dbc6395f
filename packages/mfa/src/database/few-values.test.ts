import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { amongFewValues, isOrFitsOneOfFew } from "./few-values.js";
import { searchIn } from "./search.js";

describeDomain("a pattern in a column with few values", (prepared) => {
  it("is replaced with the values that match it, unless the column has more than 1,000", async () => {
    const { database } = await prepared();
    const { db, dialect } = database;
    /** Adds tokens, each with a rollout state and a resolver that no other token has. */
    const add = (from: number, to: number) =>
      sql`insert into token (serial, type, description, active, revoked, otp_length, counter, fail_count, max_fail_count,
          count_window, sync_window, rollout_state, owner_resolver)
        with recursive n(i) as (select ${sql.lit(from)} union all select i + 1 from n where i < ${sql.lit(to)})
        select 'S' || cast(i as text), 'hotp', '', 1, 0, 6, 0, 0, 10, 10, 1000, 'state' || cast(i as text), 'people' || cast(i as text)
        from n`.execute(db);
    const found = async (pattern: string) => {
      const searches = [
        await amongFewValues(db, dialect, "token.rollout_state", [pattern]),
        await isOrFitsOneOfFew(db, "token.owner_resolver", pattern),
      ];
      const serials: string[] = [];
      for (const { where } of searches) {
        const rows = await db
          .selectFrom("token")
          .select("serial")
          .where(where(searchIn(dialect)))
          .execute();
        serials.push(...rows.map(({ serial }) => serial));
      }
      return { indexed: searches.map(({ parts }) => parts !== undefined), serials };
    };
    await add(1, 1_000);
    expect(await found("*e999")).toEqual({ indexed: [true, true], serials: ["S999", "S999"] });
    expect(await found("*none*")).toEqual({ indexed: [true, true], serials: [] });
    await add(1_001, 1_001);
    expect(await found("*e999")).toEqual({ indexed: [false, false], serials: ["S999", "S999"] });
    expect(await found("*none*")).toEqual({ indexed: [false, false], serials: [] });
  });
});
