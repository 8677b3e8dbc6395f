import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, openStore } from "@bookend/store-sql";
import { startPostgres } from "@bookend/test-kit/postgres";
import { expect, it, onTestFinished } from "vitest";
import { addAdmin, ended, logIn, startServerProcess } from "./server-process.js";

/** Number of rounds in which both servers change the same binding. */
const rounds = 30;

/** Starts two servers on the same database. Returns a function that calls one of them, and the key of their audit log. */
async function twoServers(databaseUrl: string) {
  const directory = await mkdtemp(join(tmpdir(), "bookend-races-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const config = join(directory, "config.json");
  await writeFile(
    config,
    JSON.stringify({
      dataDirectory: "data",
      port: 0,
      pinHash: { memoryCost: 8, timeCost: 1, parallelism: 1 },
      rateLimit: { exempt: ["127.0.0.0/8"] },
      log: { level: "error" },
      database: { kind: "postgres", url: databaseUrl },
    }),
  );
  await addAdmin(config);
  const servers: { url: string; authorization: string }[] = [];
  for (let count = 0; count < 2; count++) {
    const { process, url } = await startServerProcess(config);
    onTestFinished(async () => {
      process.kill("SIGKILL");
      await ended(process);
    });
    servers.push({ url, authorization: await logIn(url) });
  }
  const auditKey = await readFile(join(directory, "data/secrets/audit.pem"), "utf8");
  const call = async (server: number, method: string, path: string, body?: object, ifMatch?: string) => {
    const { url, authorization } = servers[server] as (typeof servers)[number];
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization,
        ...(body && { "content-type": "application/json" }),
        ...(ifMatch !== undefined && { "if-match": ifMatch }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { result } = (await response.json()) as { result: { value: unknown } };
    return { status: response.status, value: result.value };
  };
  return { call, auditKey };
}

it("if two processes change the same revision of a binding, one receives 409, and nothing is lost", async ({
  skip,
}) => {
  const postgres = await startPostgres();
  if ("skip" in postgres) return skip(postgres.skip);
  onTestFinished(() => postgres.stop());
  const { call, auditKey } = await twoServers(postgres.url);
  const id = (
    await call(0, "POST", "/event", {
      name: "raced",
      event: ["token_init"],
      position: "post",
      handlermodule: "Logging",
      action: "logging",
      active: true,
    })
  ).value;
  // the binding is read from the database, since a server learns of the other server's changes a moment later
  const database = await openDatabase<object>({ url: postgres.url });
  onTestFinished(() => database.close());
  const store = await openStore({ database, auditKey });
  onTestFinished(() => store.close());
  const stored = async () => {
    const binding = await store.bindings.get(Number(id));
    if (!binding) throw new Error("The binding does not exist.");
    return { name: binding.name, active: binding.active, etag: `"${binding.revision}"` };
  };
  const wins = { rename: 0, toggle: 0 };
  for (let round = 0; round < rounds; round++) {
    const name = `name ${round}`;
    const before = await stored();
    const toggle = before.active ? "disable" : "enable";
    const rename = (ifMatch?: string) => call(0, "POST", "/event", { id, name }, ifMatch);
    const turn = (ifMatch?: string) => call(1, "POST", `/event/${toggle}/${id}`, {}, ifMatch);
    const answers = await Promise.all(
      round % 2 === 0 ? [rename(before.etag), turn(before.etag)] : [turn(before.etag), rename(before.etag)],
    );
    const statuses = answers.map(({ status }) => status);
    expect([...statuses].sort(), `round ${round}`).toEqual([200, 409]);
    const renamed = (round % 2 === 0 ? statuses[0] : statuses[1]) === 200;
    wins[renamed ? "rename" : "toggle"] += 1;
    // the accepted change is stored completely, the refused one not at all
    const between = await stored();
    expect(between).toMatchObject(
      renamed ? { name, active: before.active } : { name: before.name, active: !before.active },
    );
    // the server whose change was refused reads the new revision and tries again
    expect((renamed ? await turn(between.etag) : await rename(between.etag)).status).toBe(200);
    expect(await stored()).toMatchObject({ name, active: !before.active });
  }
  expect(wins.rename + wins.toggle).toBe(rounds);

  // without a revision, both changes are accepted, since they concern different fields
  for (let round = 0; round < rounds; round++) {
    const before = await stored();
    const name = `last ${round}`;
    const toggle = before.active ? "disable" : "enable";
    const answers = await Promise.all([
      call(0, "POST", "/event", { id, name }),
      call(1, "POST", `/event/${toggle}/${id}`, {}),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await stored()).toMatchObject({ name, active: !before.active });
  }
});
