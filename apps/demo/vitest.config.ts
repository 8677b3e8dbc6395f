import { defineConfig } from "vitest/config";
import { databases, shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: databases,
    // these tests take the longest and finish last, when another core is free
    maxWorkers: 2,
  },
});
