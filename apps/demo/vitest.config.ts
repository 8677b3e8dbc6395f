import { defineConfig } from "vitest/config";
import { databases, shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: databases,
    // these tests take longest and end last, when a core is free
    maxWorkers: 2,
  },
});
