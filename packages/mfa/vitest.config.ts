import { defineConfig } from "vitest/config";
import { databases, shared } from "../../vitest.shared.js";

/** Files that replace a module, which would already be loaded if modules were shared. */
const isolated = ["src/authentication/work.test.ts"];

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    globalSetup: databases,
    // each project sets its own files
    include: [],
    projects: [
      {
        extends: true,
        test: { name: "shared", include: shared.test.include, exclude: [...shared.test.exclude, ...isolated] },
      },
      {
        extends: true,
        test: { name: "isolated", include: shared.test.passWithNoTests ? [] : isolated, isolate: true },
      },
    ],
  },
});
