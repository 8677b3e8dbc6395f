import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: "@bookend/test-kit/databases/global-setup",
    // these tests take longest and end last, with a core to spare
    maxWorkers: 2,
  },
});
