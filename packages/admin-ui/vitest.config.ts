import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

export default defineConfig({
  ...shared,
  // unit tests of the pure parts of the page
  test: { ...shared.test, include: shared.test.include.flatMap((files) => [files, files.replace(/^src\//, "app/")]) },
});
