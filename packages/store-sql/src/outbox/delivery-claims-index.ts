import { sql } from "kysely";
import type { Migration } from "../migrate.js";

/** Removes the index of leases: few deliveries are being sent at a time, and each claim had to update it. */
export const deliveryClaimsIndex: Migration = {
  async up(db) {
    await sql`drop index bookend_delivery_lease`.execute(db);
  },
};
