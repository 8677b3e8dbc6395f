import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    // PostgreSQL, for the tests that take long
    ...(process.env.BOOKEND_TESTS === "slow" && { globalSetup: "@bookend/test-kit/databases/global-setup" }),
  },
});
