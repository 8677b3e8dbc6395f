import type { Kysely } from "kysely";
import { postgresReads } from "./postgres-reads.js";
import { sqliteDirect } from "./sqlite-direct.js";
import type { Outcome, Statement, StatementDatabase } from "./statement.js";
import { tryAgain } from "./transact.js";

/** Runs a statement with Kysely, on its database or in one of its transactions. */
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
 * Runs a statement that reads a few rows outside a transaction, and sees committed data. On SQLite it runs
 * synchronously on a separate connection, so that it does not wait for writes; on PostgreSQL, together with the reads
 * of other calls on one connection. The statement must be short, since it blocks the event loop or the other reads.
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
  const together = await postgresReads(database.db)?.rows(compiled.sql, compiled.parameters(values));
  if (together !== undefined) return together as readonly Row[];
  return (await runStatement(database, database.db as Kysely<unknown>, statement, values)).rows;
}

/**
 * Runs a single statement that writes, without an explicit transaction; repeats it after a conflict, as `transact`
 * does.
 */
export async function writeRows<Values extends object, Row>(
  database: StatementDatabase,
  statement: Statement<Values, Row>,
  values: Values,
): Promise<readonly Row[]> {
  return (await tryAgain(() => runStatement(database, database.db as Kysely<unknown>, statement, values))).rows;
}
