import { defineConfig } from "vitest/config";
import { databases, shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: databases,
  },
});
