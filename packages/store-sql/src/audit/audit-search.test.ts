import { sql } from "kysely";
import { expect, it } from "vitest";
import { call, noon, recordCalls, start } from "../../test/audit-entries.js";
import { describeEachStore } from "../../test/describe-each-store.js";
import { openTestStore } from "../../test/fresh-store.js";
import type { AuditFilter } from "../index.js";
import { csvCell } from "./audit-csv.js";

describeEachStore("searching the audit log", ({ freshUrl }) => {
  const filled = async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await audit.call(call({ id: "1", user: { login: "Alice", realm: "r" }, serial: "OATH1", durationMs: 0.25 }));
    await audit.call(call({ id: "2", user: { login: "alice_b", realm: "r" }, serial: "TOTP1", success: false }));
    await audit.call(
      call({ id: "3", user: { login: "alicexb", realm: "r" }, info: "50% off", startedAt: new Date(0) }),
    );
    await audit.call(call({ id: "4", user: { login: "a\\b", realm: "r" }, info: "[a]?" }));
    await (await audit.begin(start({ id: "5", parent: "1" }))).success({ durationMs: 1, outcome: "done" });
    return audit;
  };

  it("finds the matching entries", async () => {
    const audit = await filled();
    const found = async (filter: AuditFilter["filter"], more: AuditFilter = {}) => {
      const { rows } = await audit.search({ filter, ...more, sort: { column: "number", direction: "asc" } });
      return rows.map(({ id }) => id).join("");
    };
    expect(await found({})).toBe("12345");
    expect(await found({ user: "" })).toBe("12345");
    expect(await found({ user: "alice" })).toBe("");
    expect(await found({ user: "Alice" })).toBe("1");
    expect(await found({ user: "alice*" })).toBe("123");
    expect(await found({ user: "*LICE_*" })).toBe("2");
    expect(await found({ user: "a\\*" })).toBe("4");
    expect(await found({ info: "*%*" })).toBe("3");
    expect(await found({ info: "[a]*" })).toBe("4");
    expect(await found({ info: "*" })).toBe("34");
    expect(await found({ user: "' or 1=1 --" })).toBe("");
    expect(await found({ user: "nul\0*" })).toBe("");
    expect(await found({ user: "alice*", serial: "TOTP*" })).toBe("2");
    expect(await found({ success: "0" })).toBe("2");
    expect(await found({ success: "True" })).toBe("1345");
    expect(await found({ number: "3" })).toBe("3");
    expect(await found({ binding: "7" })).toBe("5");
    expect(await found({ duration: "0.25" })).toBe("1");
    expect(await found({ parent: "1" })).toBe("5");
    expect(await found({ action: "POST-EVENT*sendmail" })).toBe("5");
    expect(await found({ startdate: "2026-03-15T12:00:00.123Z" })).toBe("1245");
    expect(await found({ startdate: "1970-*" })).toBe("3");
    expect(await found({ startdate: "2026-03-15T12:00*" })).toBe("1245");
    expect(await found({ startdate: "2026-03-15T12:01*" })).toBe("");
    expect(await found({ startdate: "2026-02*" })).toBe("");
    expect(await found({ startdate: "2026-02-30*" })).toBe("");
    expect(await found({ startdate: "2026-03:*" })).toBe("");
    expect(await found({ startdate: "2026-03-1*" })).toBe("1245");
    expect(await found({ serial: "oath*" })).toBe("1");
    expect(await found({ serial: "OATH1*" })).toBe("1");
    expect(await found({ serial: "oath1" })).toBe("");
    expect(await found({ user: "alice*", success: "0" })).toBe("2");
    expect(await found({}, { since: noon })).toBe("1245");
    expect(await found({}, { until: noon })).toBe("3");
    expect(await found({}, { since: new Date(0), until: new Date(1) })).toBe("3");
  });

  it("omits the count if it is not requested", async () => {
    const audit = await filled();
    const page = await audit.search({ pageSize: 2, count: false });
    expect(page).toMatchObject({ count: undefined, countMore: false, next: 2 });
    expect(page.rows).toHaveLength(2);
  });

  it("continues from the cursor of a page if a column has no index, and finds each entry once", async () => {
    const { database, store } = await openTestStore(await freshUrl());
    const { audit } = store;
    const numbers = [1, 2, 150_000, 150_001, 299_999, 300_000, 300_001, 400_000];
    for (const number of numbers) {
      await sql`insert into bookend_audit
        (number, id, event, action, success, realm, startdate, duration, hash, key_id, signature, format)
        values (${number}, ${String(number)}, ${number % 2 ? "odd" : "even"}, 'GET /', 1, 'corp', 1, 1, '', '', '', 3)`.execute(
        database.db,
      );
    }
    const walk = async (filter: AuditFilter["filter"], direction: "asc" | "desc", pageSize: number) => {
      const found: number[] = [];
      const pages: number[] = [];
      for (let cursor: number | undefined; ; ) {
        const page = await audit.search({ filter, pageSize, cursor, sort: { column: "number", direction } });
        found.push(...page.rows.map(({ number }) => number));
        pages.push(page.rows.length);
        cursor = page.cursor;
        if (cursor === undefined) return { found, pages };
      }
    };
    for (const pageSize of [1, 2, 15]) {
      for (const filter of [{ realm: "corp" }, { realm: "*orp" }, { info: "none" }, { realm: "corp", event: "odd" }]) {
        const wanted = "info" in filter ? [] : numbers.filter((number) => !("event" in filter) || number % 2 === 1);
        expect((await walk(filter, "asc", pageSize)).found).toEqual(wanted);
        expect((await walk(filter, "desc", pageSize)).found).toEqual([...wanted].reverse());
      }
    }
    expect((await walk({ info: "none" }, "desc", 15)).pages).toEqual([0, 0, 0, 0]);
    expect(await audit.search({ filter: { realm: "corp" } })).toMatchObject({ count: 2, countMore: true, next: null });
    const part = await audit.search({ filter: { realm: "corp" }, pageSize: 1, cursor: 300_001 });
    expect(part).toMatchObject({ count: 2, countMore: true, cursor: 300_000 });
    expect(await audit.search({ filter: { realm: "corp" }, countAll: true })).toMatchObject({
      count: 8,
      countMore: false,
      cursor: undefined,
    });
  });

  it("finds the values of an indexed column that match a pattern", async () => {
    const { database, store } = await openTestStore(await freshUrl());
    const insert = (from: number, to: number, event: string) =>
      sql`insert into bookend_audit (number, id, event, action, success, startdate, duration, hash, key_id, signature, format)
        with recursive n(i) as (select ${sql.lit(from)} union all select i + 1 from n where i < ${sql.lit(to)})
        select i, cast(i as text), ${sql.raw(event)}, 'GET /', 1, 1, 1, '', '', '', 3 from n`.execute(database.db);
    await insert(1, 200_010, "case i % 2 when 0 then 'even' else 'odd' end");
    await sql`update bookend_audit set event = 'rare_EVENT' where number in (7, 9)`.execute(database.db);
    const found = async (event: string) => {
      const { rows, count, cursor } = await store.audit.search({ filter: { event }, pageSize: 3 });
      return { numbers: rows.map(({ number }) => number), count, cursor };
    };
    expect(await found("*_event")).toEqual({ numbers: [9, 7], count: 2, cursor: undefined });
    expect(await found("RARE*")).toEqual({ numbers: [9, 7], count: 2, cursor: undefined });
    expect(await found("*none*")).toEqual({ numbers: [], count: 0, cursor: undefined });
    expect(await found("*V*n")).toEqual({ numbers: [200_010, 200_008, 200_006], count: 10_000, cursor: 200_006 });
    // a different event for each entry: too many values to compare
    await insert(200_011, 202_000, "'event ' || cast(i as text)");
    expect(await found("*_event")).toEqual({ numbers: [], count: 0, cursor: 102_001 });
  });

  it("pages by cursor in both directions, with each entry once", async () => {
    const audit = await filled();
    for (const direction of ["asc", "desc"] as const) {
      const walked: string[] = [];
      let cursor: number | undefined;
      do {
        const page = await audit.search({ pageSize: 2, cursor, sort: { column: "number", direction } });
        expect(page).toMatchObject({ count: 5, countMore: false });
        walked.push(...page.rows.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(walked.join("")).toBe(direction === "asc" ? "12345" : "54321");
    }
  });

  it.each([
    [{ cursor: 0 }, 'cursor: "0" is not valid'],
    [{ cursor: 3, sort: { column: "user", direction: "asc" } }, "cursor: lists in the order of user have no cursors"],
    [{ filter: { hash: "x" } }, 'no column "hash"'],
    [{ filter: { "user; drop": "x" } }, 'no column "user; drop"'],
    [{ filter: { success: "maybe" } }, 'success: "maybe" is not valid'],
    [{ page: 0 }, 'page: "0" is not valid'],
    [
      { page: 5_002, pageSize: 10 },
      'page: "5002" is not valid. Allowed: a page that begins among the first 50,000 entries',
    ],
    [{ pageSize: 1001 }, 'pageSize: "1001" is not valid. Allowed: an integer from 1 to 1000.'],
    [{ pageSize: 1.5 }, 'pageSize: "1.5" is not valid'],
    [{ sort: { column: "signature", direction: "asc" } }, 'no column "signature"'],
  ])("refuses %o", async (search, message) => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await expect(audit.search(search as object)).rejects.toMatchObject({
      code: "AUDIT_FILTER_INVALID",
      message: expect.stringContaining(message),
    });
  });

  it("returns the last page that can be requested by number", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    expect(await audit.search({ page: 5_001, pageSize: 10 })).toMatchObject({ rows: [], current: 5_001 });
  });

  it("pages by number", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await recordCalls(audit, 1, 40);
    const page = async (number: number) => {
      const { rows, ...rest } = await audit.search({ page: number, filter: { success: "1" } });
      return { ...rest, numbers: rows.map((row) => row.number) };
    };
    const even = (from: number, to: number) => Array.from({ length: (from - to) / 2 + 1 }, (_, i) => from - i * 2);
    expect(await page(1)).toMatchObject({ count: 20, current: 1, prev: null, next: 2, numbers: even(40, 12) });
    expect(await page(2)).toMatchObject({ count: 20, current: 2, prev: 1, next: null, numbers: even(10, 2) });
    expect(await page(3)).toMatchObject({ count: 20, current: 3, prev: 2, next: null, numbers: [] });
  });

  it("sorts by any column, with empty values last", async () => {
    const audit = await filled();
    const sorted = async (direction: "asc" | "desc") =>
      (await audit.search({ sort: { column: "serial", direction } })).rows.map(({ serial, id }) => serial ?? id);
    expect(await sorted("asc")).toEqual(["OATH1", "TOTP1", "3", "4", "5"]);
    expect(await sorted("desc")).toEqual(["TOTP1", "OATH1", "5", "4", "3"]);
  });

  it("streams CSV without formulas that a spreadsheet would evaluate", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await audit.call(call({ id: "no", serial: "TOTP1" }));
    await audit.call(
      call({
        user: { login: '=cmd|"calc"', realm: "a,b" },
        info: "two\r\nlines",
        serial: "OATH1",
        actor: { username: "bob", realm: "r" },
      }),
    );
    const pieces: string[] = [];
    for await (const piece of audit.exportCsv({ filter: { serial: "OATH*" } })) pieces.push(piece);
    expect(pieces.join("")).toBe(
      "number,id,parent,event,position,action,handler,binding,binding_name,success,authentication,serial,token_type," +
        "container_serial,user,realm,resolver,administrator,action_detail,info,client,user_agent,startdate,duration,actor,actor_role\r\n" +
        `2,call-1,,,,POST /token/init,,,,1,,OATH1,,,"'=cmd|""calc""","a,b",,,,"two\r\nlines",,,2026-03-15T12:00:00.123Z,12.5,bob@r,user\r\n`,
    );
  });

  it("streams more than it keeps in memory at a time", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await recordCalls(audit, 1, 1001);
    const pieces: string[] = [];
    for await (const piece of audit.exportCsv()) pieces.push(piece);
    expect(pieces.map((piece) => piece.split("\r\n").length - 1)).toEqual([1, 250, 250, 250, 250, 1]);
    const few: string[] = [];
    for await (const piece of audit.exportCsv({ filter: { serial: "OATH1001" } })) few.push(piece);
    expect(few.map((piece) => piece.split("\r\n").length - 1)).toEqual([1, 1]);
    expect(() => audit.exportCsv({ filter: { nope: "x" } as object })).toThrow('no column "nope"');
  });

  it("exports the remaining rows of a pruned log, and no later ones", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await recordCalls(audit, 1, 600);
    await audit.prune({ before: new Date(noon.getTime() + 599_000) });
    const lines: string[] = [];
    for await (const piece of audit.exportCsv()) {
      if (lines.length === 0) await recordCalls(audit, 601, 602);
      lines.push(...piece.split("\r\n").slice(0, -1));
    }
    expect(lines.slice(1).map((line) => line.split(",")[1])).toEqual(["call-599", "call-600"]);
    for await (const piece of audit.exportCsv({ filter: { serial: "OATH602" } })) lines.push(piece);
    expect(lines.at(-1)).toContain("call-602");
  });

  it.each([
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\t=1", `"'\t=1"`],
    ["\rx", `"'\rx"`],
    ["  =1", `"'  =1"`],
    ["＝1", `"'＝1"`],
    ["a=1", "a=1"],
    ["10.0.0.1", "10.0.0.1"],
    [-1, "-1"],
    [null, ""],
    [false, "0"],
  ])("writes %j into a cell as %s", (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});
