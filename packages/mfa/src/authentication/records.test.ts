import { type Database, sql } from "@bookend/store-sql";
import { deferred } from "@bookend/test-kit";
import { expect, it } from "vitest";
import { describeDomain, rfcKey } from "../../test/fixture.js";
import type { Domain, DomainSchema } from "../index.js";
import { createAttemptRecords } from "./records.js";

describeDomain("concurrent uses of tokens", (prepared) => {
  const recordsOf = ({ db, dialect }: Database<DomainSchema>, now: () => Date) =>
    createAttemptRecords({ clock: now, db, dialect });

  const stored = async ({ db }: Database<DomainSchema>, serial: string) => {
    const row = await db.selectFrom("token").selectAll().where("serial", "=", serial).executeTakeFirstOrThrow();
    return { row, info: {}, realms: [] };
  };

  const infoOf = async ({ tokens }: Domain, serial: string) => (await tokens.require(serial)).info;

  it("share a commit, each with its own result", async () => {
    const { domain, database, now } = await prepared();
    const { tokens } = domain;
    const counters = ["H0", "H1", "H2"];
    for (const serial of counters) await tokens.init({ type: "hotp", serial, otpkey: rfcKey });
    for (const serial of ["S", "OFF"]) await tokens.init({ type: "spass", serial, pin: "1" });
    const container = await domain.containers.create({ type: "generic" });
    await domain.containers.addToken(container.serial, "H1");
    const records = recordsOf(database, now);
    const [h0, h1, h2, simple, off] = await Promise.all(
      [...counters, "S", "OFF"].map((serial) => stored(database, serial)),
    );
    if (!h0 || !h1 || !h2 || !simple || !off) throw new Error("A token is missing.");
    await tokens.disable({ serial: "OFF" });
    const accepted = await Promise.all([
      records.accept(h0, { counter: 3 }),
      // the same OTP again
      records.accept(h0, { counter: 3 }),
      records.accept(h1, { counter: 5, info: { 'a "key"': "a \ud800 value" } }),
      // another use has changed the counter
      records.accept({ ...h2, row: { ...h2.row, counter: 7 } }, { counter: 8 }),
      ...[1, 2, 3].map(() => records.accept(simple, {})),
      records.accept(simple, { info: { last_word: "4" } }),
      records.accept(off, {}),
    ]);
    expect(accepted.slice(2)).toEqual([true, false, true, true, true, true, false]);
    expect(accepted.slice(0, 2).sort()).toEqual([false, true]);
    const rows = await database.db.selectFrom("token").select(["serial", "counter"]).orderBy("serial").execute();
    expect(rows.map(({ counter }) => counter).slice(0, 3)).toEqual([3, 5, 0]);
    expect(await infoOf(domain, "H0")).toMatchObject({ count_auth: "1", count_auth_success: "1" });
    expect(await infoOf(domain, "H1")).toMatchObject({ count_auth: "1", 'a "key"': "a \ufffd value" });
    expect(await infoOf(domain, "S")).toMatchObject({ count_auth: "4", count_auth_success: "4", last_word: "4" });
    expect(await infoOf(domain, "OFF")).not.toHaveProperty("count_auth");
    expect(await infoOf(domain, "H2")).not.toHaveProperty("count_auth");
    const { last_authentication: touched } = await database.db
      .selectFrom("container")
      .select("last_authentication")
      .executeTakeFirstOrThrow();
    expect(touched).toBe(now().getTime());
    if (database.dialect !== "postgres") return;
    const { rows: writers } = await sql<{ n: number }>`
      select count(distinct cast(xmin as text)) as n from token where serial in ('H0', 'H1')`.execute(database.db);
    expect(writers).toEqual([{ n: 1 }]);
  });

  it.each(["token", "container"] as const)(
    "do not wait for a %s that another transaction is changing, on PostgreSQL",
    async (table) => {
      const { domain, database, now } = await prepared();
      if (database.dialect !== "postgres") return;
      for (const serial of ["A", "B", "C"]) await domain.tokens.init({ type: "spass", serial, pin: "1" });
      const container = await domain.containers.create({ type: "generic" });
      await domain.containers.addToken(container.serial, "A");
      const [a, b, c] = await Promise.all(["A", "B", "C"].map((serial) => stored(database, serial)));
      if (!a || !b || !c) throw new Error("A token is missing.");
      const records = recordsOf(database, now);
      const locked = deferred<void>();
      const end = deferred<void>();
      const other = database.db.transaction().execute(async (trx) => {
        const serial = table === "token" ? "A" : container.serial;
        await trx.updateTable(table).set({ description: "locked" }).where("serial", "=", serial).execute();
        locked.resolve();
        await end.promise;
      });
      await locked.promise;
      const first = records.accept(a, {});
      expect(await records.accept(b, {})).toBe(true);
      const [second, third] = [records.accept(a, {}), records.accept(c, {})];
      expect(await third).toBe(true);
      end.resolve();
      await other;
      expect(await Promise.all([first, second])).toEqual([true, true]);
      expect(await infoOf(domain, "A")).toMatchObject({ count_auth: "2" });
    },
  );
});
