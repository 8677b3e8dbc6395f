import {
  asRecorded,
  describeRecordedCases,
  type RecordedRun,
  readDeviations,
  readRecordedCases,
  runRecordedCase,
} from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { script } from "../src/index.js";
import { record, scriptDirectory } from "./scripts.js";

interface After {
  readonly sent: readonly { readonly args: readonly string[] }[];
}

const fixtures = new URL("fixtures/", import.meta.url);

const run: RecordedRun<After> = {
  async prepare(_world, { action }) {
    const { path, recorded } = await scriptDirectory({ [action]: record });
    return {
      handler: script({ directory: path }),
      observe: async () => ({ args: [action, ...(await recorded()).args] }),
    };
  },
};

describeRecordedCases<After>({
  ...run,
  handler: "Script",
  fixtures,
  count: 7,
  recordedAfter: ({ after }) => ({ args: after.sent[0]?.args }),
});

describe("recorded cases without background, with this option added", () => {
  const deviations = readDeviations(fixtures);

  it.each(readRecordedCases<After>(fixtures).filter(({ id }) => deviations.has(id)))(
    "$id $action $options",
    async (recorded) => {
      const options = () => ({ ...recorded.options, background: "wait" });
      const seen = await runRecordedCase(recorded, { ...run, options });
      expect(asRecorded(seen)).toEqual({ success: recorded.result, args: recorded.after.sent[0]?.args });
    },
  );
});
