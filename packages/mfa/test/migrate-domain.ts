import { migrate, openDatabase } from "@bookend/store-sql";
import { domainMigrations, domainNamespace } from "../src/database/migrations.js";

/** Creates the tables of a domain in an empty database. */
export async function migrateDomain(url: string): Promise<void> {
  const database = await openDatabase({ url });
  await migrate(database, { namespace: domainNamespace, migrations: domainMigrations });
  await database.close();
}
