import { expect, it } from "vitest";
import { runOutages } from "./outage.js";

it("a server continues when PostgreSQL is killed under load and restarted, and loses nothing that it acknowledged", async (test) => {
  const report = await runOutages(3);
  if ("skip" in report) return test.skip(report.skip);
  expect(report).toMatchObject({ unexpected: [], lost: [], auditOk: true, exitCode: 0 });
  expect(report.health).toEqual([
    [200, 503],
    [200, 503],
    [200, 503],
  ]);
  expect(report.refused).toBeGreaterThan(0);
  expect(report.acknowledged).toBeGreaterThanOrEqual(100);
  for (const ms of report.recoveredAfterMs) expect(ms).toBeLessThan(5_000);
}, 300_000);
