import { describeRecordedCases } from "@bookend/test-kit";
import { responseMangler } from "../src/index.js";

describeRecordedCases<{ readonly response: unknown }>({
  handler: "ResponseMangler",
  fixtures: new URL("fixtures/", import.meta.url),
  count: 64,
  prepare: () => ({ handler: responseMangler(), observe: ({ response }) => ({ response: response.body }) }),
  recordedAfter: ({ after }) => ({ response: after.response }),
});
