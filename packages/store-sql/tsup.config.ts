import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: { index: "src/index.ts", "scanning-thread": "src/audit/scanning-thread.ts" },
  dts: { entry: "src/index.ts" },
});
