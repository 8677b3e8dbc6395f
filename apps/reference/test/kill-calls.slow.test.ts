import { describe, expect, it } from "vitest";
import { killDuringCalls } from "./kill-calls.js";

/** When the server is killed in each round: fractions of the longest time. `pnpm kills` uses random ones. */
const moments = [0.1, 0.4, 0.9];

describe.each(["sqlite", "postgres"] as const)("%s", (database) => {
  it("a server that is killed under load has stored everything it acknowledged, with an audit log that verifies", async ({
    skip,
  }) => {
    const report = await killDuringCalls({ database, rounds: moments.length, moment: (round) => moments[round] ?? 1 });
    if ("skip" in report) return skip(report.skip);
    expect(report).toMatchObject({ rounds: moments.length, lost: [], unverified: [], unexpected: [] });
    expect(report.acknowledged).toBeGreaterThan(moments.length);
    // a kill during a call may leave an increased counter without the audit row of the action
    expect(report.counted).toBeGreaterThanOrEqual(report.actions);
    expect(report.counted - report.actions).toBeLessThanOrEqual(report.unanswered);
  });
});
