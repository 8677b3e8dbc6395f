import { describe, expect, it } from "vitest";
import { type RecordedCase, readDeviations, readRecordedCases } from "./recorded-case.js";
import { asRecorded, type RecordedRun, runRecordedCase } from "./run-recorded-case.js";

/** The recorded cases of one handler, and how they run. */
export interface RecordedSuite<After> extends RecordedRun<After> {
  /** Identifier of the handler. */
  readonly handler: string;
  /** URL of the folder that has `recorded.json` and `deviations.json`. */
  readonly fixtures: URL;
  /** The number of recorded cases, so that a missing one is noticed. */
  readonly count: number;
  /** Returns the state that the recording server left, in the form that `observe` returns. */
  recordedAfter(recorded: RecordedCase<After>): object;
}

/**
 * Defines a test for each recorded case of a handler: the result equals the recording, unless `deviations.json` pins a
 * different result and names the rule. A deviation that equals the recording, or that names a case that does not exist,
 * fails.
 */
export function describeRecordedCases<After>(suite: RecordedSuite<After>): void {
  const cases = readRecordedCases<After>(suite.fixtures);
  const deviations = readDeviations(suite.fixtures);
  describe(`recorded cases of ${suite.handler}`, () => {
    for (const recorded of cases) {
      const { id, action, options, note = "" } = recorded;
      const deviation = deviations.get(id);
      it(`${id} ${action} ${JSON.stringify(options)} ${note}${deviation ? `: differs, ${deviation.rule}` : ""}`, async () => {
        const expected = { success: succeeded(recorded), ...suite.recordedAfter(recorded) };
        const seen = await runRecordedCase(recorded, suite);
        if (deviation) expect(deviation.result).not.toEqual(expected);
        if (deviation) expect(seen).toEqual(deviation.result);
        else expect(asRecorded(seen)).toEqual(expected);
      });
    }

    it("are complete, and every listed deviation exists", () => {
      expect(cases).toHaveLength(suite.count);
      const ids = new Set(cases.map(({ id }) => id));
      expect(ids.size).toBe(suite.count);
      expect(cases.filter(({ handler }) => handler !== suite.handler)).toEqual([]);
      expect([...deviations.keys()].filter((id) => !ids.has(id))).toEqual([]);
      expect([...deviations.values()].filter(({ rule }) => !/^[a-z]+\.md( \d+|, head)\b/.test(rule))).toEqual([]);
    });
  });
}

function succeeded({ result }: RecordedCase<unknown>): boolean {
  return typeof result === "number" ? result > 0 : result === true;
}
