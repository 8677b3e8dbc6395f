import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.shared.js";

// the build of @opentelemetry/api that the condition "module" leads to is for bundlers: Node.js cannot load it
const conditions = shared.resolve.conditions.filter((condition) => condition !== "module");

export default defineConfig({
  ...shared,
  resolve: { ...shared.resolve, conditions },
  ssr: { resolve: { ...shared.ssr.resolve, conditions } },
});
