import { closeSync, openSync } from "node:fs";
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from "kysely";
import Libsql from "libsql";
import { sqliteParameter } from "./sqlite-parameter.js";

/** Takes the write lock when a transaction begins: one that reads first and writes later would fail where another process wrote between. */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const statement = settings?.accessMode === "read only" ? "begin" : "begin immediate";
    await connection.executeQuery(CompiledQuery.raw(statement));
  }
}

/** Lets the migrator run in a transaction, which SQLite can and Kysely does not by itself: so only one process migrates. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class LibsqlDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#config);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** Opens a SQLite file, made with mode 0600 if it is new, or `:memory:`. */
export function sqliteDialect(path: string, busyTimeoutMs: number): SqliteDialect {
  if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
  const database = new Libsql(path);
  database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  return new LibsqlDialect({ database: withCheckedParameters(database) });
}

function withCheckedParameters(database: Libsql.Database): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.reader,
        all: (parameters) => statement.all(parameters.map(sqliteParameter)),
        run: (parameters) => statement.run(parameters.map(sqliteParameter)),
        iterate: (parameters) => statement.iterate(parameters.map(sqliteParameter)),
      };
    },
  };
}
