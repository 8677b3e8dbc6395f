import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { keyFile, openTestStore } from "../test/fresh-store.js";
import { runProcess } from "../test/processes/spawn.js";

it("another process that closes the database keeps the write-ahead log of a process that opened it twice", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bookend-locks-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, "bookend.db");
  const url = `sqlite:${path}`;
  const first = await openTestStore(url);
  // like a server that checks its database before it opens it for use
  await openTestStore(url);
  const log = statSync(`${path}-wal`).ino;
  await runProcess("bind.ts", url, keyFile());
  expect(statSync(`${path}-wal`).ino).toBe(log);
  // both write to the same log, and neither count is lost
  await first.store.counters.add("c", 5);
  await runProcess("count.ts", url, keyFile(), "node", "1");
  expect(await first.store.counters.value("c")).toBe(6);
});
