import { defineConfig } from "vitest/config";
import { databases, shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  // some tests start processes, which takes seconds on a busy machine
  test: {
    ...shared.test,
    globalSetup: databases,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
