import { type Expression, type SqlBool, sql } from "kysely";

/**
 * The condition that text matches a pattern in which `*` stands for anything; SQL's own wildcards mean themselves.
 * Without `*` the text must be equal, so that an index helps; with it, the case of ASCII letters does not matter. The same on both databases.
 */
export function matchesWildcard(text: Expression<string | null>, pattern: string): Expression<SqlBool> {
  if (!pattern.includes("*")) return sql<SqlBool>`${text} = ${pattern}`;
  const like = pattern.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
  return sql<SqlBool>`lower(${text}) like lower(${like}) escape '\\'`;
}
