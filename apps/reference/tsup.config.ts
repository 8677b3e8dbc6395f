import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({ ...shared, entry: { index: "src/index.ts", "cli/main": "src/cli/main.ts" }, dts: false });
