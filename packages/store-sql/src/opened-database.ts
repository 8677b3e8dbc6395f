/** How another thread opens the same database, and learns when it is closed here. */
export interface OpenedDatabase {
  readonly url: string;
  /** Called when the database is closed; each ends what it has running and resolves then. */
  readonly closing: Set<() => Promise<void>>;
}

const known = new WeakMap<object, OpenedDatabase>();

/** Of a Kysely that `openDatabase` made. Undefined of any other, and of a database in memory, which has only one connection. */
export function openedDatabase(db: object): OpenedDatabase | undefined {
  return known.get(db);
}

/** Keeps what {@link openedDatabase} returns. */
export function keepOpenedDatabase(db: object, opened: OpenedDatabase): void {
  known.set(db, opened);
}
