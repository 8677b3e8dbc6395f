import { describeEachDatabase } from "@bookend/test-kit/databases";
import type { KyselyPlugin } from "kysely";
import { expect, it } from "vitest";
import { call, noon, recordCalls } from "../../test/audit-entries.js";
import { openTestStore, testKey } from "../../test/fresh-store.js";
import { createAuditVerifier } from "./audit-keys.js";
import { verifyLog } from "./verify-audit.js";

describeEachDatabase("verification during pruning", ({ freshUrl }) => {
  it.each([0, 1, 2, 3, 4])("finds no flaw if rows are pruned %s statements after its snapshot", async (moment) => {
    const url = await freshUrl();
    const { store, database } = await openTestStore(url);
    // like another process: on SQLite, the first connection is in use during the reading
    const pruning = await openTestStore(url);
    await recordCalls(store.audit, 1, 20);
    await store.audit.checkpoint();
    await store.audit.call(call({ id: "late", startedAt: new Date(noon.getTime() + 86_400_000) }));
    let statements = 0;
    let removed = 0;
    const prune: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        statements += 1;
        if (statements === moment + snapshotStatements) {
          ({ removed } = await pruning.store.audit.prune({ before: new Date(noon.getTime() + 3_600_000) }));
        }
        return result;
      },
    };
    const source = { ...database, db: database.db.withPlugin(prune) };
    const verified = await verifyLog(source, createAuditVerifier([testKey]), {});
    expect(verified).toMatchObject({ ok: true });
    expect(removed).toBe(20);
  });
});

/** Number of statements that read a consistent snapshot of the records in one transaction. */
const snapshotStatements = 5;
