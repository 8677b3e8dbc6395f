import { randomBytes } from "node:crypto";
import { openDatabase } from "@bookend/store-sql";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { tokenPageOf } from "../tokens/token-page.js";
import type { TokenFilter } from "../tokens/types.js";
import type { DomainSchema } from "./schema.js";
import { lockNumber, prepareTrigrams } from "./trigram-extension.js";

/** More tokens than are indexed together. */
const count = 700;

describeDomain("an index of trigrams", (prepared) => {
  it("finds the same tokens as a check of each token, even after changes and deletions", async () => {
    const { database, domain } = await prepared();
    const { db, dialect } = database;
    const run = (statement: string) => sql.raw(statement).execute(db);
    const descriptions = [
      "Blue Car",
      "a_b 100%",
      "O''Neil \"x\"",
      "Ärger Straße",
      "a\\b*c",
      "AND or NOT",
      "😀😀😀 smile",
    ];
    for (let n = 1; n <= count; n += 1) {
      await run(`insert into token (id, serial, type, description, active, revoked, otp_length, counter, fail_count, max_fail_count,
          count_window, sync_window, rollout_state, owner_id)
        values (${n}, 'OATH${10_000 + n}', 'hotp', '${descriptions[n % descriptions.length]} ${n}', 1, 0, 6, 0, 0, 10, 10, 1000, '', 'uid-${n % 50}')`);
      await run(`insert into token_info (token_id, key, value) values
        (${n}, 'phone', '+49 151 ${n}'), (${n}, 'last_auth', '2026-01-01 00:00:${n % 60}'), (${n}, 'colour', 'Light${n % 3 ? "Red" : "Blue"}')`);
    }
    await run("update token set description = 'moved away', serial = 'NEW' || serial where id % 100 = 1");
    await run("update token set owner_id = null where id % 50 = 2");
    await run("delete from token where id % 100 = 3");
    await run("update token_info set value = 'Dark Green' where key = 'colour' and token_id % 100 = 4");
    await run("update token_info set value = 'never used' where key = 'last_auth' and token_id % 100 = 5");
    for (const value of ["violet", "indigo"]) {
      await run(`insert into token_info (token_id, key, value) select id, 'colour', '${value}' from token where id % 100 = 7
        on conflict (token_id, key) do update set value = excluded.value`);
    }
    await run("delete from token_info where key = 'phone' and token_id % 100 = 6");
    const filters: readonly TokenFilter[] = [
      ...["*101", "*0010*", "*w*ath1*", "*WOATH*", "*OATH10*9", "*none*", "*h1"].map((serial) => ({ serial })),
      ...[
        "*lue car*",
        "*100%*",
        "*_b *",
        '*l "x"*',
        '*x" 2*',
        "*rger*",
        "*traße*",
        "*b*c 1*",
        "*\\b*",
        "*and OR not*",
      ].map((description) => ({ description })),
      ...["*😀😀😀*", "*😀 smi*", "*moved*", "*\0ved*", "*:*", "*serial : *", '*"*'].map((description) => ({
        description,
      })),
      ...["*-49", "*id-1", "*uid*", "*UID-7"].map((userId) => ({ userId })),
      ...["*reen", "*T*red", "*ndigo", "*viol*", "*151 6*", "*:59", "*used*", "*2026*"].map((infoValue) => ({
        infoValue,
      })),
      { infoKey: "phone", infoValue: "*51 66*" },
      { infoKey: "last_auth", infoValue: "*:59*" },
      { infoKey: "last_auth", infoValue: "*NEVER*" },
      { infoKey: "colour", infoValue: "*light*", serial: "*OATH*", description: "*ue C*" },
    ];
    const { users } = domain;
    const page = async (filter: TokenFilter, trigrams: boolean) => {
      const { tokens, count } = await tokenPageOf({ reader: db, dialect, trigrams }, users, filter, {
        pageSize: 1_000,
      });
      return [filter, count, tokens.map(({ serial }) => serial)] as const;
    };
    let found = 0;
    for (const filter of filters) {
      const byIndex = await page(filter, true);
      expect(byIndex).toEqual(await page(filter, false));
      if (byIndex[1] > 0) found += 1;
    }
    expect(found).toBeGreaterThan(filters.length - 8);
  });

  it("is created at the first start with a database that has the extension", async () => {
    const { database, url } = await prepared();
    const { db, dialect } = database;
    if (dialect === "sqlite") return;
    const role = `plain_${randomBytes(4).toString("hex")}`;
    const run = (statement: string) => sql.raw(statement).execute(db);
    await run("drop extension pg_trgm cascade");
    await run(`create role ${role} login`);
    await run(`grant create on schema public to ${role}`);
    for (const table of ["token", "token_info", "user_account"]) await run(`alter table ${table} owner to ${role}`);
    const plain = await openDatabase<DomainSchema>({ url: url.replace(/user=[^&]+/, `user=${role}`) });
    try {
      const warnings: string[] = [];
      const logger = { warn: (_: object, message: string) => void warnings.push(message) } as never;
      expect(await prepareTrigrams(plain, logger)).toBe(false);
      expect(warnings).toEqual([expect.stringContaining("pg_trgm")]);
      await run("create extension pg_trgm");
      expect(await Promise.all([prepareTrigrams(plain, logger), prepareTrigrams(plain, logger)])).toEqual([true, true]);
      expect(warnings).toHaveLength(1);
      expect(await prepareTrigrams(database, logger)).toBe(true);
    } finally {
      await plain.close();
      await run(`reassign owned by ${role} to current_user`);
      await run(`drop owned by ${role}`);
      await run(`drop role ${role}`);
    }
  });

  it("is built at the next start if building it failed or took too long", async () => {
    const { database } = await prepared();
    const { db, dialect } = database;
    if (dialect === "sqlite") return;
    const run = (statement: string) => sql.raw(statement).execute(db);
    const warnings: string[] = [];
    const logger = { warn: (_: object, message: string) => void warnings.push(message) } as never;
    await run("drop index token_trigram");
    // a table with the name of the index: it is not dropped, so building the index fails
    await run("create table token_trigram (id integer)");
    expect(await prepareTrigrams(database, logger)).toBe(false);
    await run("drop table token_trigram");
    await db.connection().execute(async (other) => {
      await sql`select pg_advisory_lock(${lockNumber})`.execute(other);
      expect(await prepareTrigrams(database, logger, 500)).toBe(false);
      await sql`select pg_advisory_unlock(${lockNumber})`.execute(other);
    });
    expect(warnings).toEqual([expect.stringContaining("The next start"), expect.stringContaining("The next start")]);
    expect(await prepareTrigrams(database, logger)).toBe(true);
    expect(warnings).toHaveLength(2);
  });
});
