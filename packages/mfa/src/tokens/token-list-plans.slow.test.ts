import type { Database } from "@bookend/store-sql";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { numbersTo } from "../../test/numbers-to.js";
import { followPlans } from "../../test/plans-of.js";
import type { DomainSchema } from "../database/schema.js";
import { tokenSorts } from "./token-order.js";
import { tokenPageOf } from "./token-page.js";
import type { TokenFilter, TokenPaging, TokenSort } from "./types.js";

const count = 24_000;

/** The number of HOTP tokens, which come first in the order of the serials: it is above the limit for counting. */
const hotp = 11_000;

async function fill({ db, dialect }: Database<DomainSchema>): Promise<void> {
  const numbers = numbersTo(dialect, count);
  const text = (of: string) => `cast(${of} as text)`;
  const columns = {
    id: "n",
    serial: `'S' || ${text("100000 + n")}`,
    type: `case when n <= ${hotp} then 'hotp' else 'totp' end`,
    description: `'token of ' || ${text("n % 20")}`,
    active: `case when n <= ${hotp} then 1 else 0 end`,
    revoked: "0",
    otp_length: "6",
    counter: "0",
    fail_count: "n % 10",
    max_fail_count: "10",
    count_window: "10",
    sync_window: "1000",
    rollout_state: `case when n <= ${hotp} then 'enrolled' else 'verify' end`,
    owner_id: "case when n % 2 = 0 then 'id' end",
    owner_login: `case when n % 2 = 0 then 'user' || ${text("n % 1000")} end`,
    owner_resolver: "case when n % 2 = 0 then 'people' end",
    owner_realm: "case when n % 2 = 0 then 'realm1' end",
  };
  const names = sql.raw(Object.keys(columns).join(", "));
  await sql`insert into token (${names}) select ${sql.raw(Object.values(columns).join(", "))} from ${numbers}`.execute(
    db,
  );
  await sql`insert into token_info (token_id, key, value) select n, 'phone', ${sql.raw(`'+49 151 ' || ${text("100000 + n")}`)} from ${numbers}`.execute(
    db,
  );
  await sql.raw(dialect === "postgres" ? "vacuum analyze" : "analyze").execute(db);
}

describeDomain("lists of many tokens", (prepared) => {
  it("are read from an index in their order, both without a filter and filtered by rare values", async () => {
    const { database, domain } = await prepared();
    const { dialect } = database;
    await fill(database);
    const { reader, slow: slowOf } = followPlans(database);
    /** Reads a page and returns the plans of slow statements, except those that count. */
    const planned = async (filter: TokenFilter, paging: TokenPaging) => {
      const page = await tokenPageOf({ reader, dialect, trigrams: true }, domain.users, filter, {
        pageSize: 3,
        ...paging,
      });
      return {
        page,
        plans: await slowOf(
          /^select "token"\."id" from .* order by/s,
          /TEMP B-TREE|SCAN token"|\(<expr><\?\)|Sort Key|Seq Scan/,
        ),
      };
    };
    const slow: string[] = [];
    const walk = async (filter: TokenFilter, paging: TokenPaging) => {
      const first = await planned(filter, paging);
      expect([filter, paging, first.page.tokens.length]).toEqual([filter, paging, 3]);
      const next = await planned(filter, { ...paging, cursor: first.page.cursor });
      expect([filter, paging, next.page.tokens.length]).toEqual([filter, paging, 3]);
      for (const plan of [...first.plans, ...next.plans]) {
        slow.push(`${JSON.stringify([filter, paging])}\n${plan}`);
      }
      return first.page.tokens.map(({ serial }) => serial);
    };
    for (const sortBy of tokenSorts) {
      for (const descending of [false, true]) {
        await walk({}, { sortBy, descending });
      }
    }
    const serial = `S${100_000 + hotp + 1}`;
    expect((await walk({ serial: "s11*" }, {}))[0]).toBe("S110000");
    const late: readonly TokenFilter[] = [
      { type: "totp" },
      { active: false },
      { rolloutState: "verify" },
      { type: "totp", active: false },
    ];
    for (const filter of late) expect((await walk(filter, {}))[0]).toBe(serial);
    expect((await walk({ type: "TOTP" }, { sortBy: "type" }))[0]).toBe(serial);
    expect((await walk({ type: "tot*" }, { sortBy: "type" }))[0]).toBe(serial);
    expect((await walk({ type: "totp, spass" }, { sortBy: "type" }))[0]).toBe(serial);
    expect(slow).toEqual([]);
  });

  it("use an index to find tokens that contain a string, in every order", async () => {
    const { database, domain } = await prepared();
    const { db, dialect } = database;
    await fill(database);
    await sql`update token set owner_id = 'uid of 20000', description = 'last of all', type = 'push' where id = 20000`.execute(
      db,
    );
    const { reader, slow } = followPlans(database);
    const filters: readonly TokenFilter[] = [
      { serial: "*20000" },
      { serial: "*S12*0000", type: "push" },
      { type: "push" },
      { type: "*us*" },
      { type: "push", infoKey: "phone" },
      { serial: "S1*20000" },
      { userId: "*20000" },
      { userId: "*of 200*" },
      { infoValue: "*51 120000" },
      { infoKey: "phone", infoValue: "*20000" },
      // at the end of the list
      { userId: "uid of*" },
      { description: "last of*" },
    ];
    for (const filter of filters) {
      for (const sortBy of tokenSorts) {
        const page = await tokenPageOf({ reader, dialect, trigrams: true }, domain.users, filter, { sortBy });
        expect([filter, sortBy, page.tokens.map(({ serial }) => serial)]).toEqual([filter, sortBy, ["S120000"]]);
        expect([
          filter,
          sortBy,
          await slow(/"?token"?/, /SCAN token(_info)?("| USING)|Seq Scan on token(_info)? /),
        ]).toEqual([filter, sortBy, []]);
      }
    }
  });

  it("have the same tokens in the same order, whether these are sorted or read in that order", async () => {
    const { database, domain } = await prepared();
    const { db, dialect, reader } = database;
    await fill(database);
    await sql`update token set type = 'push' where id % 1000 = 0`.execute(db);
    const all = await db.selectFrom("token").selectAll().execute();
    type Row = (typeof all)[number];
    const filters: readonly [TokenFilter, (row: Row) => boolean][] = [
      [{ type: "push" }, ({ type }) => type === "push"],
      [{ type: "push, totp" }, ({ type }) => type !== "hotp"],
      [{ type: "*o*" }, ({ type }) => type !== "push"],
      [{ type: "push", assigned: true, infoKey: "phone" }, ({ type }) => type === "push"],
      [{ assigned: true }, ({ owner_id }) => owner_id !== null],
      [{ assigned: false }, ({ owner_id }) => owner_id === null],
      [{ resolver: "people", active: false }, ({ owner_id, active }) => owner_id !== null && active === 0],
      [{ serial: "S1*77", description: "*of 1*" }, ({ serial }) => serial.endsWith("77")],
      [{ serial: "S1*7", infoKey: "phone" }, ({ serial }) => serial.endsWith("7")],
      [{ infoValue: "+49*" }, () => true],
    ];
    const keyOf: Readonly<Record<TokenSort, (row: Row) => string | number>> = {
      serial: () => "",
      type: ({ type }) => type,
      description: ({ description }) => description,
      active: ({ active }) => active,
      failCount: ({ fail_count }) => fail_count,
      rolloutState: ({ rollout_state }) => rollout_state,
      username: ({ owner_login }) => owner_login ?? "",
      realm: ({ owner_realm }) => owner_realm ?? "",
    };
    for (const [filter, fits] of filters) {
      const expected = all.filter(fits);
      for (const sortBy of tokenSorts) {
        const of = keyOf[sortBy];
        expected.sort((a, b) => {
          const [before, behind] = of(a) === of(b) ? [a.serial, b.serial] : [of(a), of(b)];
          return before < behind ? -1 : 1;
        });
        for (const descending of [false, true]) {
          const order = { sortBy, descending, pageSize: 5 };
          const pageOf = (paging: TokenPaging) =>
            tokenPageOf({ reader, dialect, trigrams: true }, domain.users, filter, { ...order, ...paging });
          const first = await pageOf({});
          const { cursor } = first;
          const [second, numbered] = [await pageOf({ cursor }), await pageOf({ page: 2 })];
          const serials = [first, second, numbered].map(({ tokens }) => tokens.map(({ serial }) => serial).join(" "));
          const sorted = (descending ? expected.toReversed() : expected).map(({ serial }) => serial);
          const pages = [0, 5, 5].map((start) => sorted.slice(start, start + 5).join(" "));
          expect([filter, order, first.count, ...serials]).toEqual([
            filter,
            order,
            Math.min(expected.length, 10_000),
            ...pages,
          ]);
        }
      }
    }
  });

  it.each([false, true])(
    "have each token once if their number changes between pages, descending: %s",
    async (descending) => {
      const { database, domain } = await prepared();
      const { db, dialect, reader } = database;
      await fill(database);
      // the index of the beginnings of serials ignores letter case
      await sql`update token set serial = lower(serial) where id % 3 = 0`.execute(db);
      const read = async (sortBy: TokenSort, cursor: string | undefined, filter: TokenFilter) => {
        const paging = { sortBy, descending, cursor, pageSize: 1_000 };
        const page = await tokenPageOf({ reader, dialect, trigrams: true }, domain.users, filter, paging);
        return { ...page, serials: page.tokens.map(({ serial }) => serial) };
      };
      const lists: readonly [TokenSort, TokenFilter][] = [
        ["serial", { serial: "s1*" }],
        ["type", { serial: "S1*", type: "hotp" }],
        ["type", { serial: "S1*" }],
        ["active", { serial: "S1*", type: "hotp", active: true }],
      ];
      const first = await Promise.all(lists.map(([sortBy, filter]) => read(sortBy, undefined, filter)));
      expect(first.map(({ count }) => count)).toEqual(lists.map(() => 10_000));
      const isLeft = (serial: string) => {
        const id = Number(serial.slice(1)) - 100_000;
        return descending ? id > hotp - 4_000 && id <= hotp : id <= 4_000;
      };
      const left = descending ? `${hotp - 4_000} + 1 and ${hotp}` : "1 and 4000";
      await sql`delete from token where id not between ${sql.raw(left)}`.execute(db);
      for (const [index, [sortBy, filter]] of lists.entries()) {
        const { serials = [], cursor: next } = first[index] ?? {};
        const found = serials.filter(isLeft);
        for (let cursor = next; cursor !== undefined; ) {
          const page = await read(sortBy, cursor, filter);
          expect(page.count).toBeLessThanOrEqual(4_000);
          found.push(...page.serials);
          cursor = page.cursor;
        }
        expect([sortBy, filter, new Set(found).size, found.length]).toEqual([sortBy, filter, 4_000, 4_000]);
      }
    },
  );

  it("end after 20,000 tokens if a cursor can lead to the rest", async () => {
    const { database, domain } = await prepared();
    const { db, dialect, reader } = database;
    await fill(database);
    await sql`update token set description = '!!' where id = 20500`.execute(db);
    const pageOf = (paging: TokenPaging) =>
      tokenPageOf({ reader, dialect, trigrams: true }, domain.users, { description: "*!" }, paging);
    for (const sortBy of tokenSorts) {
      if (sortBy === "description") continue;
      const whole = await pageOf({ sortBy });
      expect([sortBy, whole]).toMatchObject([sortBy, { count: 1, countMore: false, tokens: [{ serial: "S120500" }] }]);
      const found: string[] = [];
      const counts: unknown[] = [];
      for (let cursor: string | undefined = ""; cursor !== undefined; ) {
        const page = await pageOf({ sortBy, cursor });
        found.push(...page.tokens.map(({ serial }) => serial));
        counts.push(page.countMore);
        cursor = page.cursor;
      }
      expect([sortBy, found, counts]).toEqual([sortBy, ["S120500"], [true, true]]);
    }
  });

  it("without pages are refused if more than 10,000 tokens match, and are counted however many do", async () => {
    const { database, domain } = await prepared();
    await fill(database);
    const { tokens } = domain;
    const tooMany = { code: "PARAMETER_INVALID", message: expect.stringMatching(/10,000 tokens/) };
    await expect(tokens.list({ type: "hotp" })).rejects.toMatchObject(tooMany);
    await expect(tokens.serialOfOtp("123456", { type: "hotp" })).rejects.toMatchObject(tooMany);
    expect(await tokens.count({ type: "hotp" })).toBe(hotp);
    const listed = await tokens.list({ serial: "S11*" });
    expect(listed).toHaveLength(10_000);
    expect(listed.map(({ serial }) => serial)).toEqual(listed.map(({ serial }) => serial).sort());
    expect(await tokens.list({ serial: "*1000*", type: "hotp" })).toHaveLength(111);
  });
});
