import { migrate, openDatabase } from "../src/index.js";
import { storeMigrations } from "../src/store-migrations.js";

/** Creates the tables of a store in an empty database. */
export async function migrateStore(url: string): Promise<void> {
  const database = await openDatabase({ url });
  await migrate(database, { namespace: "bookend", migrations: storeMigrations });
  await database.close();
}
