import { join } from "node:path";
import { generateAuditKey, openDatabase, openStore, sql } from "@bookend/store-sql";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../../test/command-run.js";

const base = {
  events: ["auth"],
  position: "post",
  ordering: 0,
  conditions: {},
  abortOnError: null,
  delivery: "inline",
} as const;

let workplace: Workplace;
beforeEach(async () => {
  workplace = await createWorkplace({ database: false });
  const database = await openDatabase({ url: `sqlite:${join(workplace.directory, "bookend.db")}` });
  const store = await openStore({ database, auditKey: generateAuditKey() });
  await store.bindings.write(
    [
      { ...base, name: "of no handler", active: true, handler: "Gone", action: "x", options: { password: "canary" } },
      { ...base, name: "of no action", active: true, handler: "Counter", action: "gone", options: { a: 1 } },
      { ...base, name: "wrong option", active: true, handler: "Counter", action: "reset_counter", options: { b: 1 } },
      {
        ...base,
        name: "wrong condition",
        active: true,
        handler: "Counter",
        action: "reset_counter",
        options: { counter_name: "a" },
        conditions: { client_ip: "x" },
      },
    ].map((binding) => ({ kind: "insert", binding }) as const),
  );
  await store.close();
  await database.close();
});
afterEach(() => workplace.remove());

// the audit key is not known, and each binding is broken in a different way
test("lists, shows, disables, exports and deletes bindings of a server that does not start", async () => {
  const listed = await workplace.run(["list"]);
  expect(listed.stdout.trimEnd().split("\n")).toHaveLength(5);
  const checked = await workplace.run(["check"]);
  expect([checked.code, checked.stdout]).toEqual([1, expect.stringContaining("5 errors")]);
  expect((await workplace.run(["list", "--problems", "--json"])).stdout.match(/"name"/g)).toHaveLength(4);
  const shown = await workplace.run(["show", "of no handler"]);
  expect(shown.stdout).toContain('# error: handlermodule: Handler "Gone" does not exist');
  expect(shown.stdout).not.toContain("canary");
  expect((await workplace.run(["disable", "of no handler", "2", "wrong option", "wrong condition"])).code).toBe(0);
  expect((await workplace.run(["list", "--inactive"])).stdout.trimEnd().split("\n")).toHaveLength(5);
  const refused = await workplace.run(["enable", "of no action"]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('Action of Counter "gone" does not exist'),
  ]);
  const exported = await workplace.run(["export"]);
  expect(exported.stdout).toContain("of no handler:");
  expect(exported.stdout).not.toContain("canary");
  expect((await workplace.run(["delete", "1", "2", "3", "4"])).code).toBe(0);
  expect((await workplace.run(["list"])).stdout).toBe("No bindings.\n");
});

test("uses a module with the server's own handlers instead of those of the reference server", async () => {
  await workplace.write(
    "handlers.mjs",
    `const schema = { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } };
     const x = { description: "x", options: schema, optionsJsonSchema: { type: "object" }, run() {} };
     export const handlers = [{ id: "Gone", description: "x", positions: ["post"], actions: { x } }];`,
  );
  const { stdout, stderr } = await workplace.run(["--handlers", "handlers.mjs", "check"]);
  expect(stderr).toBe("");
  expect(stdout).not.toContain("of no handler");
  expect(stdout).toContain('Handler "Counter" does not exist');
  const missing = await workplace.run(["--handlers", "nothing.mjs", "list"]);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining('--handlers: "nothing.mjs" cannot be imported'),
  ]);
});

test("reports a missing database, and missing tables", async () => {
  const away = await workplace.run(["list", "--database", "sqlite:/nonexistent/x.db"], {
    env: { BOOKEND_DATABASE: "" },
  });
  expect([away.code, away.stderr]).toEqual([5, expect.stringContaining("sqlite:/nonexistent/x.db does not exist")]);
  await workplace.write("empty.db", "");
  const empty = await workplace.run(["list", "--database", `sqlite:${join(workplace.directory, "empty.db")}`]);
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringContaining("The tables do not exist")]);
  const wrong = await workplace.run(["list", "--database", "mysql://x"]);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/^bookend: --database: .* Allowed: sqlite:PATH/),
  ]);
  for (const url of ["postgres://me:canary@127.0.0.1:1/x", "postgres://me:can/ary@127.0.0.1:1/x?password=canary"]) {
    const secret = await workplace.run(["list", "--database", url]);
    expect([secret.code, secret.stderr]).toEqual([5, expect.not.stringMatching(/canary|can\/ary/)]);
  }
});

test("resolves a relative path against the working directory, and reports a failure of the database with its cause", async () => {
  expect((await workplace.run(["list", "--database", "sqlite:bookend.db"])).stdout).toContain("of no handler");
  const database = await openDatabase({ url: `sqlite:${join(workplace.directory, "bookend.db")}` });
  await sql`create trigger refuse before update on bookend_binding begin select raise(abort, 'the disk is full'); end`.execute(
    database.db,
  );
  await database.close();
  const { code, stderr } = await workplace.run(["disable", "of no handler"]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^bookend: sqlite:.*: .*the disk is full/)]);
});

test("reports a database of a later version, with and without --create", async () => {
  const database = await openDatabase({ url: `sqlite:${join(workplace.directory, "bookend.db")}` });
  await sql`insert into bookend_migration (name, timestamp) values ('999-later', '2030-01-01')`.execute(database.db);
  await database.close();
  for (const args of [["list"], ["list", "--create"]]) {
    expect(await workplace.run(args)).toEqual({
      code: 1,
      stdout: "",
      stderr: "bookend: The tables are from a newer version, which ran the migrations 999-later.\n",
    });
  }
});

test("reports a file that is not a database, or cannot be written", async () => {
  await workplace.write("text.db", "not a database, although it is as long as the header of one\n".repeat(20));
  for (const [url, reason] of [
    ["sqlite:text.db", /file is not a database/],
    ["sqlite:.", /is not a file/],
    ["sqlite:missing/x.db", /does not exist/],
  ] as const) {
    const { code, stderr } = await workplace.run(["list", "--database", url]);
    expect([code, stderr]).toEqual([5, expect.stringMatching(reason)]);
  }
});
