import type { Kysely } from "kysely";
import { sqliteDirect } from "./sqlite-direct.js";
import type { Outcome, Statement, StatementDatabase } from "./statement.js";
import { tryAgain } from "./transact.js";

/** Runs a statement by Kysely: on its database, or in a transaction of it. */
export async function runStatement<Values extends object, Row>(
  database: StatementDatabase,
  on: Pick<Kysely<unknown>, "executeQuery">,
  statement: Statement<Values, Row>,
  values: Values,
): Promise<Outcome<Row>> {
  const { rows, numAffectedRows } = await on.executeQuery(statement.compiled(database).query(values));
  return { rows: rows as readonly Row[], changes: Number(numAffectedRows ?? 0n) };
}

/**
 * Runs a statement that reads a few rows, outside of a transaction: sees what is committed. On SQLite it runs at once, on a connection of its own, so
 * that it does not wait for what is being written; it must be short, since it blocks the event loop.
 */
export async function readRows<Values extends object, Row>(
  database: StatementDatabase,
  statement: Statement<Values, Row>,
  values: Values,
): Promise<readonly Row[]> {
  const compiled = statement.compiled(database);
  const points = sqliteDirect(database.db)?.points;
  if (points !== undefined) {
    const turn = points.turn();
    if (turn !== undefined) await turn;
    const rows = points.rows(compiled.sql, compiled.parameters(values));
    if (rows !== undefined) return rows as readonly Row[];
  }
  return (await runStatement(database, database.db as Kysely<unknown>, statement, values)).rows;
}

/** Runs one statement that writes, which needs no transaction; again after a conflict, as `transact` does. */
export async function writeRows<Values extends object, Row>(
  database: StatementDatabase,
  statement: Statement<Values, Row>,
  values: Values,
): Promise<readonly Row[]> {
  return (await tryAgain(() => runStatement(database, database.db as Kysely<unknown>, statement, values))).rows;
}
