import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

// one file, two folders deep as the sources are, so that `assets/` is found from either
export default defineConfig({ ...shared, entry: { "cli/main": "src/cli/main.ts" }, dts: false, splitting: false });
