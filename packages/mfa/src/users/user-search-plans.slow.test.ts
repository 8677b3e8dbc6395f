import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { numbersTo } from "../../test/numbers-to.js";
import { followPlans } from "../../test/plans-of.js";
import { sqlUserSearch } from "./sql-user-search.js";

const count = 20_000;

describeDomain("a search of many users", (prepared) => {
  it("finds users by an index of each attribute, with and without custom attributes that override it", async () => {
    const { database, domain } = await prepared();
    const { db, dialect } = database;
    const numbers = numbersTo(dialect, count);
    const names = ["username", "givenname", "surname", "email", "phone", "mobile"] as const;
    const values = ["id", ...names].map((name) => `'${name}' || cast(n + 10000000 as text)`).join(", ");
    await sql`insert into user_account (resolver, id, ${sql.join(names.map((name) => sql.ref(name)))})
      select 'others', ${sql.raw(values)} from ${numbers}`.execute(db);
    await sql.raw(dialect === "postgres" ? "vacuum analyze user_account" : "analyze").execute(db);
    const { reader, slow } = followPlans(database);
    const search = sqlUserSearch({ reader, dialect, trigrams: true }, "others");
    const found = async (patterns: Readonly<Record<string, string>>) => {
      const ids: string[] = [];
      for await (const rows of search(patterns)) ids.push(...rows.map(({ id }) => id));
      expect([patterns, await slow(/user_account/, /SCAN user_account|resolver=\?|Seq Scan/)]).toEqual([patterns, []]);
      return ids;
    };
    const one = "id10000007";
    const patternsOf = (name: string) => [
      `${name}10000007`,
      `${name.toUpperCase()}10000007*`,
      // SQLite compares all users of the resolver
      ...(dialect === "postgres" ? [`*${name.slice(1)}10000007`, "*0000007*"] : []),
    ];
    for (const attribute of [...names, "userid"]) {
      for (const pattern of patternsOf(attribute === "userid" ? "id" : attribute)) {
        expect(await found({ [attribute]: pattern })).toEqual([one]);
      }
    }
    await domain.users.setAttribute({ login: "username10000009", realm: "realm2" }, "email", "other");
    // users with a custom attribute are always returned, since the caller compares it
    for (const pattern of patternsOf("email")) {
      expect(await found({ email: pattern })).toEqual([one, "id10000009"]);
    }
  });
});
