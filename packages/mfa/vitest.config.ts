import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  // PostgreSQL, slapd and processes start in these tests, on machines that do other things too
  test: {
    ...shared.test,
    globalSetup: "@bookend/test-kit/databases/global-setup",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
