/** How another thread opens the same database, and what must end when this process closes the database. */
export interface OpenedDatabase {
  readonly url: string;
  /** Functions that are called when the database is closed; each stops its work and then resolves. */
  readonly closing: Set<() => Promise<void>>;
}

const known = new WeakMap<object, OpenedDatabase>();

/**
 * Returns how another thread opens the database of a Kysely that `openDatabase` created. Undefined for any other, and
 * for a database in memory, which has only one connection.
 */
export function openedDatabase(db: object): OpenedDatabase | undefined {
  return known.get(db);
}

/** Stores what {@link openedDatabase} returns. */
export function keepOpenedDatabase(db: object, opened: OpenedDatabase): void {
  known.set(db, opened);
}
