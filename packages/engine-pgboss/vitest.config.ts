import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  // some tests start processes of their own, which takes seconds on a busy machine
  test: {
    ...shared.test,
    globalSetup: "@bookend/test-kit/databases/global-setup",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
