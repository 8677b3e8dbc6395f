import { CompiledQuery } from "kysely";

/** SQL text with its values, which is not run again, so that keeping its prepared statement would be of no use. */
interface OnceQuery extends CompiledQuery {
  readonly once: true;
}

/** Returns a query of this text, which has no parameters. */
export function onceQuery(sql: string): CompiledQuery {
  const query: OnceQuery = { ...CompiledQuery.raw(sql), once: true };
  return query;
}

/** Returns whether a query was created by {@link onceQuery}. */
export function isOnceQuery(query: CompiledQuery): query is OnceQuery {
  return "once" in query;
}
