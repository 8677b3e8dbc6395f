import { CompiledQuery } from "kysely";
import Libsql from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { SqliteConnection } from "./sqlite-connection.js";

it("prepares a statement once, whatever transactions it comes in", async () => {
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
    connection.commit();
  }
  expect(prepared.filter((sql) => sql === insert.sql)).toHaveLength(1);
});
