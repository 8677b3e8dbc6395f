import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  // the domain's tests run on PostgreSQL too
  test: { ...shared.test, globalSetup: "../../packages/store-sql/test/global-setup.ts" },
});
