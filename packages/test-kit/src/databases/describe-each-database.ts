import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, inject } from "vitest";
import type {} from "./global-setup.js";

/** The databases that tests run on. */
export type TestDialect = "sqlite" | "postgres";

/** Runs the same tests on SQLite and on PostgreSQL; `freshUrl` makes an empty database for each that asks. */
export function describeEachDatabase(
  name: string,
  tests: (context: { dialect: TestDialect; freshUrl: () => Promise<string> }) => void,
): void {
  describe(`${name} on SQLite`, () => {
    const directories: string[] = [];
    afterAll(() => {
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    });
    const freshUrl = () => {
      const directory = mkdtempSync(join(tmpdir(), "bookend-sqlite-"));
      directories.push(directory);
      return Promise.resolve(`sqlite:${join(directory, "store.db")}`);
    };
    tests({ dialect: "sqlite", freshUrl });
  });

  const postgres = inject("postgres");
  if ("skip" in postgres) {
    describe.skip(`${name} on PostgreSQL: ${postgres.skip}`, () =>
      tests({ dialect: "postgres", freshUrl: () => Promise.reject(new Error(postgres.skip)) }));
    return;
  }
  describe(`${name} on PostgreSQL`, () => {
    const freshUrl = async () => {
      const database = `test_${randomBytes(8).toString("hex")}`;
      const server = new pg.Client(postgres.url);
      await server.connect();
      await server.query(`create database ${database}`);
      await server.end();
      return postgres.url.replace("///postgres?", `///${database}?`);
    };
    tests({ dialect: "postgres", freshUrl });
  });
}
