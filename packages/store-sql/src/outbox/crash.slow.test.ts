import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { crashRun, endedInTime } from "../../test/outbox/crash-run.js";

const leaseMs = 4_000;
/** Milliseconds in addition to a lease, for a busy machine; `pnpm crash:deliveries` allows 2,000. */
const graceMs = 20_000;
const concurrency = 20;

describeEachDatabase("two processes that send deliveries, one of which is killed", ({ dialect, freshUrl }) => {
  it.each([0, 150, 600])(
    "after %s ms, lose none, and send twice at most those that the killed process was sending",
    async (killAfterMs) => {
      const url = await freshUrl();
      const result = await crashRun({ url, deliveries: 800, killAfterMs, leaseMs, concurrency, sendMs: 10 });
      expect(result).toMatchObject({ lost: 0, verifies: true });
      expect(result.audited).toBeGreaterThanOrEqual(800);
      expect(result.twice).toBeLessThanOrEqual(concurrency);
      expect(endedInTime(result, { leaseMs, graceMs }), JSON.stringify(result)).toBe(true);
    },
    120_000,
  );

  it.skipIf(dialect === "sqlite").each([0, 200, 500])(
    "with pg-boss, after %s ms, lose none, and send twice at most those that the killed process was sending",
    async (killAfterMs) => {
      const url = await freshUrl();
      const result = await crashRun({
        url,
        deliveries: 200,
        killAfterMs,
        leaseMs: 2_000,
        concurrency,
        sendMs: 10,
        pgBoss: true,
      });
      expect(result).toMatchObject({ lost: 0, verifies: true });
      expect(result.twice).toBeLessThanOrEqual(concurrency);
      expect(endedInTime(result, { leaseMs: 10_000, graceMs, pgBoss: true }), JSON.stringify(result)).toBe(true);
    },
    120_000,
  );
});
