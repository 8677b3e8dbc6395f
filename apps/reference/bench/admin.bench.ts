import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createAdmin } from "@bookend/admin";
import { completeBinding, createBookend, createCall, silentLogger } from "@bookend/core";
import { logging } from "@bookend/handler-logging";
import {
  type Database,
  generateAuditKey,
  type Kysely,
  openCallLog,
  openDatabase,
  openStore,
  sql,
} from "@bookend/store-sql";
import { startPostgres } from "@bookend/test-kit/postgres";

// Measures how long requests of the management API take with large tables: `pnpm bench:admin`. Environment: `ROWS`, the
// number of rows in the audit log, default 1,000,000. Also prints which requests read a whole table.

/** Numbers of rows in the audit log, of bindings and of recorded calls. */
const rows = Number(process.env.ROWS ?? 1_000_000);
const bindingCount = 5_000;
const callCount = 10_000;

/** Number of times that each request is measured. The median is printed. */
const rounds = 9;

const now = Date.UTC(2026, 10, 26, 12);
const thirtyDaysMs = 30 * 86_400_000;

/**
 * Returns a statement that inserts audit rows, evenly distributed over the last thirty days. Half of them are calls, and
 * half are actions in these calls.
 */
function insertAuditRows(dialect: Database<object>["dialect"]) {
  const [source, text, integer] =
    dialect === "postgres"
      ? [sql.raw(`generate_series(1::bigint, ${rows}::bigint) as n`), (of: string) => `(${of})::text`, "bigint"]
      : [
          sql.raw(
            `(with recursive s(n) as (select 1 union all select n + 1 from s where n < ${rows}) select n from s)`,
          ),
          (of: string) => `(${of})`,
          "integer",
        ];
  const fill = (width: number, of: string) =>
    dialect === "postgres" ? `lpad(${text(of)}, ${width}, '0')` : `printf('%0${width}d', ${of})`;
  const action = "(n % 2 = 0)";
  const columns: Readonly<Record<string, string>> = {
    number: "n",
    id: `'id-' || ${text("n")}`,
    parent: `case when ${action} then 'id-' || ${text("n - 1")} end`,
    event: `case when n < ${rows / 10} then 'old_event' when n % 1000 < 2 then 'rare_event' else 'event_' || ${text("(n / 2) % 20")} end`,
    position: `case when ${action} then 'post' end`,
    action: `case when ${action} then 'POST-EVENT x>>Logging:logging' when n < ${rows / 10} then 'GET /old' else 'POST /path/' || ${text("(n / 2) % 30")} end`,
    handler: `case when ${action} then 'Logging' end`,
    binding: `cast(case when ${action} then 1 + (n / 2) % 200 end as ${integer})`,
    binding_name: `case when ${action} then 'b' || ${text("(n / 2) % 200")} end`,
    success: "case when n % 17 = 0 then 0 else 1 end",
    serial: `'S' || ${fill(6, "(n * 7919) % 50000")}`,
    user: `'user' || ${fill(5, "(n * 31) % 20000")}`,
    realm: "'realm' || case when n % 3 = 0 then 'a' else 'b' end",
    startdate: `cast(${now - thirtyDaysMs} + n * ${Math.floor(thirtyDaysMs / rows)} as ${integer})`,
    duration: "1.5",
    hash: "''",
    key_id: "''",
    signature: "''",
    format: "3",
  };
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  return sql`insert into bookend_audit (${names}) select ${sql.raw(Object.values(columns).join(", "))} from ${source}`;
}

type Plugin = Parameters<Kysely<object>["withPlugin"]>[0];
type Sent = Parameters<Plugin["transformQuery"]>[0];

/** Keeps the statements that are sent, so that their query plans can be examined. */
class Statements implements Plugin {
  seen: Sent[] = [];
  transformQuery: Plugin["transformQuery"] = (sent) => {
    this.seen.push(sent);
    return sent.node;
  };
  transformResult: Plugin["transformResult"] = async ({ result }) => result;
}

/**
 * Returns the steps in the plans of these statements that read a whole table. On SQLite, such a step reads the rows in
 * their order, newest first, and ends when the page is full, which is appropriate for a filter that matches many rows.
 */
async function scansOf({ dialect, reader }: Database<object>, { seen }: Statements): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { node, queryId } of [...seen]) {
    const { sql: text, parameters } = reader.getExecutor().compileQuery(node, queryId);
    const values = [...parameters];
    const literal = text.replace(/\$\d+|\?/g, () => {
      const value = values.shift();
      return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
    });
    const explain = dialect === "sqlite" ? "explain query plan" : "explain";
    const plan = await sql.raw(`${explain} ${literal}`).execute(reader);
    for (const line of JSON.stringify(plan.rows).split('"')) {
      const isScan =
        dialect === "sqlite" ? /^SCAN bookend_\w+$/.test(line) : /Seq Scan on bookend_(audit|call)\b/.test(line);
      if (isScan) found.add(line.trim().replace(/ \(.*/, ""));
    }
  }
  return [...found];
}

async function measure(name: string, url: string): Promise<void> {
  const opened = await openDatabase<object>({ url, readTimeoutMs: 60_000 });
  const statements = new Statements();
  const database: Database<object> = { ...opened, reader: opened.reader.withPlugin(statements) };
  const store = await openStore({ database, auditKey: generateAuditKey() });
  const calls = openCallLog({ database, events: "all" });
  const bookend = createBookend({
    handlers: [logging({ logger: silentLogger as never })],
    bindings: store.bindings,
    recorder: calls,
  });
  const admin = createAdmin({
    bookend,
    audit: store.audit,
    calls,
    authorize: () => true,
    envelope: { clock: () => new Date(now) },
  });
  const request = async (path: string, body?: object): Promise<string> => {
    const init = body && {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    };
    const response = await admin.fetch(new Request(`http://localhost/event/${path}`, init));
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`);
    return text;
  };
  const time = async (what: string, path: string, body?: object): Promise<void> => {
    statements.seen = [];
    await request(path, body);
    const scans = await scansOf(opened, statements);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await request(path, body);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const [median = 0, most = 0] = [times[rounds >> 1], times.at(-1)];
    const note = scans.length > 0 ? `, reads ${scans.join("; ")}` : "";
    console.log(`${name}: ${what}: ${median.toFixed(1)} ms, at most ${most.toFixed(1)} ms${note}`);
  };

  await opened.patiently(3_600_000, async (db) => {
    await insertAuditRows(opened.dialect).execute(db);
    // PostgreSQL does this by itself after some time
    await sql.raw(opened.dialect === "postgres" ? "vacuum analyze" : "analyze").execute(db);
  });
  await store.bindings.write(
    Array.from({ length: bindingCount }, (_, index) => ({
      kind: "insert" as const,
      binding: completeBinding({
        name: `binding ${index}`,
        events: [`event_${index % 20}`],
        handler: "Logging",
        action: "logging",
        active: index % 3 > 0,
        ordering: index % 50,
        conditions: { parameter: `amount > ${index}` },
        options: { message: `place ${index % 100}` },
      }),
    })),
  );
  await bookend.reload();
  for (const [what, query] of [
    ["search", "search=binding 49"],
    ["filter", "event=event_3&active=true&position=post"],
    ["sort", "sort=-name&page=50&page_size=50"],
    ["search, filter and sort", "search=place&event=event_3&sort=ordering"],
    ["those with problems", "problems=true"],
  ] as const) {
    await time(`${bindingCount} bindings, ${what}`, `?${encodeURI(query)}`);
  }
  for (const [what, query] of [
    ["newest", ""],
    ["serial", "serial=S007919"],
    ["serial that does not exist", "serial=none"],
    ["user", "user=user00031"],
    ["event", "event=event_3"],
    ["rare event", "event=rare_event"],
    ["action", "action=POST /path/7"],
    // their entries are all old, and too many for an index to be used for counting
    ["event that stopped long ago", "event=old_event"],
    ["action that stopped long ago", "action=GET /old"],
    ["a day long ago", "from=2026-10-31T00:00:00Z&to=2026-11-01T00:00:00Z"],
    ["binding", "binding=7"],
    ["an hour", "from=2026-11-10T10:00:00Z&to=2026-11-10T11:00:00Z"],
    ["serial in a day", "serial=S007919&from=2026-11-10T00:00:00Z&to=2026-11-11T00:00:00Z"],
    ["failures of a user", "user=user00031&success=false"],
    ["a call with its actions", "calls/id-7"],
  ] as const) {
    const path = query.startsWith("calls/") ? `audit/${query}` : `audit?${encodeURI(query)}`;
    await time(`${rows} audit rows, ${what}`, path);
  }
  await time(`${rows} audit rows, stats of a day`, "stats?hours=24&buckets=24");
  await time(`${rows} audit rows, stats of an hour`, "stats?hours=1&buckets=12");

  for (let index = 0; index < callCount; index++) {
    const request = { parameters: { amount: index % 100, user: "hans" }, headers: { "user-agent": "bench" } };
    await bookend.handle(createCall({ event: "event_3", request }), () => ({
      status: 200,
      body: { result: { status: true } },
    }));
    if (index % 1_000 === 999) await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await calls.close();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  statements.seen = [];
  const start = performance.now();
  const lines = await request("backtest", {
    binding: {
      name: "tried",
      event: ["event_3"],
      handlermodule: "Logging",
      action: "logging",
      conditions: { parameter: "amount > 49", logged_in_user: "user" },
    },
  });
  const took = performance.now() - start;
  delay.disable();
  const late = (delay.max / 1e6).toFixed(0);
  console.log(
    `${name}: backtest: ${took.toFixed(0)} ms, others waited at most ${late} ms: ${lines.trim().split("\n").at(-1)}`,
  );
  const scans = await scansOf(opened, statements);
  if (scans.length > 0) console.log(`${name}: backtest, reads ${scans.join("; ")}`);
  bookend.close();
  await store.close();
  await opened.close();
}

const directory = mkdtempSync(join(tmpdir(), "bookend-bench-"));
try {
  await measure("SQLite", `sqlite:${join(directory, "bench.db")}`);
} finally {
  rmSync(directory, { recursive: true });
}
const postgres = await startPostgres();
if ("skip" in postgres) {
  console.log(postgres.skip);
} else {
  try {
    await measure("PostgreSQL", postgres.url);
  } finally {
    await postgres.stop();
  }
}
