import type { Kysely } from "kysely";
import type { StoreSchema } from "../store-schema.js";
import { checkpointLeaves } from "./checkpoint.js";
import type { LastCheckpoint } from "./verification.js";

/** Reads the newest checkpoint, and how many entries it does not cover; undefined if there is none. */
export async function readLastCheckpoint(db: Kysely<StoreSchema>): Promise<LastCheckpoint | undefined> {
  const row = await db
    .selectFrom("bookend_audit_checkpoint")
    .selectAll()
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const covered = new Map((checkpointLeaves(row) ?? []).map(([writer, place]) => [writer, place]));
  // a checkpoint covers all rows of the chains that it recorded as closed
  const chains = await db
    .selectFrom("bookend_audit_chain")
    .select(["writer", "place"])
    .where("settled", "is", null)
    .execute();
  const uncovered = chains.reduce((sum, { writer, place }) => sum + Math.max(0, place - (covered.get(writer) ?? 0)), 0);
  return { checkpoint: row.number, hash: row.hash, madeAt: new Date(row.made_at), uncovered };
}
