import { type CompiledQuery, type Kysely, type QueryExecutorProvider, type RawBuilder, sql } from "kysely";

/** A statement that is compiled once and run with other values each time: compiling one takes longer than some databases take to run it. */
export type HotStatement<Values extends object, Row> = (
  db: Kysely<never>,
  values: Values,
) => Promise<{ readonly rows: readonly Row[]; readonly count: number }>;

/** Stands for a value until the statement is run. */
class Slot {
  constructor(readonly name: string) {}
}

/** Makes a statement of named values. `count` is the number of rows that it wrote. */
export function hotStatement<Values extends object, Row = unknown>(
  build: (value: (name: keyof Values & string) => RawBuilder<unknown>) => RawBuilder<Row>,
): HotStatement<Values, Row> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (db, values) => {
    compiled ??= build((name) => sql`${new Slot(name)}`).compile(db);
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    );
    const { rows, numAffectedRows = 0n } = await db.executeQuery<Row>({ ...compiled, parameters });
    return { rows, count: Number(numAffectedRows) };
  };
}

/** A database, or a transaction, for statements whose tables are named in their text. */
export function executorOf(db: QueryExecutorProvider): Kysely<never> {
  return db as Kysely<never>;
}
