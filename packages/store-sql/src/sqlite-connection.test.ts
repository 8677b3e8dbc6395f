import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import Libsql from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { SqliteConnection } from "./sqlite-connection.js";

it("prepares a statement once for all transactions", async () => {
  const database = new Libsql(":memory:");
  onTestFinished(() => void database.close());
  database.exec("create table note (text text)");
  const prepared: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql: string) => {
    prepared.push(sql);
    return prepare(sql);
  };
  const connection = new SqliteConnection(database, 1_000);
  const insert = CompiledQuery.raw("insert into note (text) values (?)", ["x"]);
  for (let times = 0; times < 3; times++) {
    await connection.executeQuery(insert);
    await connection.begin("immediate");
    await connection.executeQuery(insert);
    await connection.commit();
  }
  expect(prepared.filter((sql) => sql === insert.sql)).toHaveLength(1);
});

it("commits without blocking the event loop, so that a statement that the commit waits for can end", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bookend-commit-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "notes.db");
  const [writer, reader] = [new Libsql(path), new Libsql(path)];
  onTestFinished(() => {
    reader.close();
    writer.close();
  });
  writer.exec("create table note (text text)");
  // without a write-ahead log, a commit waits until there are no readers
  writer.pragma("busy_timeout = 30000");
  const connection = new SqliteConnection(writer, 1_000);
  await connection.begin("immediate");
  connection.runNow("insert into note (text) values (?)", ["x"]);
  reader.exec("begin");
  expect(reader.prepare("select * from note").all([])).toEqual([]);
  const committed = connection.commit();
  await setImmediate();
  reader.exec("commit");
  await committed;
  expect(reader.prepare("select text from note").all([])).toEqual([{ text: "x" }]);
});
