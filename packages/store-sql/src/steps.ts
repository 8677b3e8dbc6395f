import type { Kysely } from "kysely";
import { runStatement } from "./run-statement.js";
import type { Outcome, Statement, StatementDatabase } from "./statement.js";

/** A statement that is ready to run. */
export interface Step {
  readonly statement: Statement<never, unknown>;
  readonly values: object;
}

/**
 * Statements that run one after the other, as a generator that yields each and receives its outcome. On SQLite, all of
 * them can run synchronously, without a promise for each; on PostgreSQL, each is awaited. If a statement fails, the
 * generator does not continue.
 */
export type Steps<Result> = Generator<Step, Result, Outcome<unknown>>;

/** Runs a statement: `const { rows } = yield* ask(findToken, { id })`. */
export function* ask<Values extends object, Row>(
  statement: Statement<Values, Row>,
  values: Values,
): Generator<Step, Outcome<Row>, Outcome<unknown>> {
  return (yield { statement: statement as Statement<never, unknown>, values }) as Outcome<Row>;
}

/** Runs steps with Kysely, usually within a transaction. */
export async function runSteps<Result>(
  database: StatementDatabase,
  trx: Pick<Kysely<unknown>, "executeQuery">,
  steps: Steps<Result>,
): Promise<Result> {
  let next = steps.next();
  while (next.done !== true) {
    const { statement, values } = next.value;
    next = steps.next(await runStatement(database, trx, statement, values as never));
  }
  return next.value;
}
