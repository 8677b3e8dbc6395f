import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/** Adds an index of the payloads that are kept for replay after their deliveries have ended. */
export const deliveryPayloadIndex: Migration = {
  async up(db) {
    await sql`create index bookend_delivery_kept on bookend_delivery (state, ended)
      where ended is not null and payload is not null`.execute(db);
  },
};
