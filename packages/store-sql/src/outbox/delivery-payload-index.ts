import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/** Finds the payloads that are kept for replay, among completed deliveries. */
export const deliveryPayloadIndex: Migration = {
  async up(db) {
    await sql`create index bookend_delivery_kept on bookend_delivery (state, ended)
      where ended is not null and payload is not null`.execute(db);
  },
};
