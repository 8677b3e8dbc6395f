import pg from "pg";
import { openDatabase } from "../../src/index.js";

/**
 * Blocks every write of deliveries by other connections until the function that it resolves with is called; with
 * PostgreSQL's mode "access exclusive", every read as well. SQLite has only one mode.
 */
export async function lockDeliveries(
  url: string,
  mode: "exclusive" | "access exclusive" = "exclusive",
): Promise<() => Promise<void>> {
  if (url.startsWith("sqlite:")) {
    const database = await openDatabase({ url });
    // waits for a write that is in progress
    const writer = await database.db.startTransaction().execute();
    return async () => {
      await writer.rollback().execute();
      await database.close();
    };
  }
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`begin; lock table bookend_delivery in ${mode} mode`);
  return () => client.end();
}
