import type { Kysely } from "kysely";
import { onceQuery } from "./once-query.js";
import { runStatement } from "./run-statement.js";
import type { Outcome, Statement, StatementDatabase } from "./statement.js";

/** A statement that is ready to run. */
export type Step = AskedStep | LateStep;

/** A statement whose outcome is awaited. */
export interface AskedStep {
  readonly statement: Statement<never, unknown>;
  readonly values: object;
}

/** SQL text without parameters, whose outcome is not used. See {@link runLate}. */
export interface LateStep {
  readonly late: string;
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

/**
 * Adds SQL text without parameters to the transaction. On SQLite it runs together with the commit, on a thread of the
 * database: it does not block the event loop, but later statements of the transaction do not see what it wrote. If it
 * fails, so does the commit.
 */
export function* runLate(sql: string): Generator<Step, void, Outcome<unknown>> {
  yield { late: sql };
}

/** Runs steps with Kysely, usually within a transaction. */
export async function runSteps<Result>(
  database: StatementDatabase,
  trx: Pick<Kysely<unknown>, "executeQuery">,
  steps: Steps<Result>,
): Promise<Result> {
  let next = steps.next();
  while (next.done !== true) {
    next = steps.next(await runStep(database, trx, next.value));
  }
  return next.value;
}

async function runStep(
  database: StatementDatabase,
  trx: Pick<Kysely<unknown>, "executeQuery">,
  step: Step,
): Promise<Outcome<unknown>> {
  if (!("late" in step)) return runStatement(database, trx, step.statement, step.values as never);
  await trx.executeQuery(onceQuery(step.late));
  return noOutcome;
}

/** The outcome of a late step. */
export const noOutcome: Outcome<never> = { rows: [], changes: 0 };
