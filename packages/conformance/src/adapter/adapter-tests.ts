import type { ConformanceTest } from "../conformance-test.js";
import { withServer } from "./adapter-server.js";
import type { StartAdapterServer } from "./adapter-subject.js";
import { concurrencyTests } from "./concurrency-tests.js";
import { failureTests } from "./failure-tests.js";
import { orderTests } from "./order-tests.js";
import { requestTests } from "./request-tests.js";
import { responseTests } from "./response-tests.js";
import { streamTests } from "./stream-tests.js";

/**
 * Returns the tests of an adapter, for any runner: `for (const { name, run } of adapterTests(start)) test(name, run)`.
 * Each test starts a separate server on 127.0.0.1.
 */
export function adapterTests(start: StartAdapterServer): readonly ConformanceTest[] {
  const all = [...orderTests, ...requestTests, ...responseTests, ...failureTests, ...streamTests, ...concurrencyTests];
  return all.map(({ name, run }) => ({
    name,
    run: () => run((options, use) => withServer(start, options, use)),
  }));
}
