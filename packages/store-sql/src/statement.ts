import { type CompiledQuery, type Kysely, type QueryExecutorProvider, SelectQueryNode } from "kysely";
import type { DialectName } from "./database.js";

/**
 * A statement whose SQL is compiled once per database, since that takes longer than running it. Created by {@link
 * statement}.
 */
export interface Statement<Values, Row> {
  /** Returns the SQL for a database, compiled by the first call. */
  compiled(database: StatementDatabase): CompiledStatement;
  /** Used only for types. */
  readonly types?: { readonly values: (values: Values) => void; readonly row: Row };
}

/** The part of a `Database` for which statements are compiled. */
export interface StatementDatabase {
  readonly db: object;
  readonly dialect: DialectName;
}

/** The result of a statement. */
export interface Outcome<Row> {
  readonly rows: readonly Row[];
  /** Number of rows that the statement changed, if it returns no rows. */
  readonly changes: number;
}

/** SQL without its values. */
export interface CompiledStatement {
  readonly sql: string;
  /** Whether the statement only reads. */
  readonly reads: boolean;
  /** Returns the values in the order of the statement's parameters. */
  parameters(values: object): readonly unknown[];
  /** Returns the statement as Kysely runs it. */
  query(values: object): CompiledQuery;
}

/** A Kysely query that can be compiled; a raw query needs a database to be compiled. */
export interface Compilable<Row> {
  compile(provider: QueryExecutorProvider): CompiledQuery<Row>;
}

/** Represents a value until the statement runs. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Passed instead of values: each property is a placeholder. */
const placeholders = new Proxy(
  {},
  {
    get: (_, name) => new Placeholder(String(name)),
    ownKeys() {
      throw new TypeError("The values of a statement are not known when it is defined: name each of them.");
    },
  },
);

/**
 * Defines a statement that runs often.
 *
 * @param build Builds the query from its values. `build` must not read the values, which are placeholders while it
 * runs.
 */
export function statement<Schema, Values extends object, Row>(
  build: (db: Kysely<Schema>, values: Values, dialect: DialectName) => Compilable<Row>,
): Statement<Values, Row> {
  const known = new WeakMap<object, CompiledStatement>();
  return {
    compiled({ db, dialect }) {
      let compiled = known.get(db);
      if (compiled === undefined) {
        const kysely = db as Kysely<Schema>;
        compiled = compile(build(kysely, placeholders as Values, dialect).compile(kysely));
        known.set(db, compiled);
      }
      return compiled;
    },
  };
}

function compile(compiled: CompiledQuery): CompiledStatement {
  const { sql, query, parameters: places } = compiled;
  const names = places.map((place) => (place instanceof Placeholder ? place.name : undefined));
  const parameters = (values: object): readonly unknown[] =>
    names.map((name, index) => (name === undefined ? places[index] : (values as Record<string, unknown>)[name]));
  return {
    sql,
    reads: SelectQueryNode.is(query) || /^\s*select\b/i.test(sql),
    parameters,
    query: (values) => ({ ...compiled, parameters: parameters(values) }),
  };
}
