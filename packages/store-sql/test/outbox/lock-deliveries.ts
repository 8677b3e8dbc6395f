import Libsql from "libsql";
import pg from "pg";

/**
 * Blocks every write of deliveries by other connections until the function that it resolves with is called; with
 * PostgreSQL's mode "access exclusive", every read as well. SQLite has only one mode.
 */
export async function lockDeliveries(
  url: string,
  mode: "exclusive" | "access exclusive" = "exclusive",
): Promise<() => Promise<void>> {
  if (url.startsWith("sqlite:")) {
    const writer = new Libsql(url.slice("sqlite:".length));
    writer.exec("begin immediate");
    return async () => {
      writer.exec("rollback");
      writer.close();
    };
  }
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`begin; lock table bookend_delivery in ${mode} mode`);
  return () => client.end();
}
