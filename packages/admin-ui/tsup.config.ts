import { defineConfig } from "tsup";
import { build } from "vite";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  // the page and its assets, below dist/app
  async onSuccess() {
    await build({ configFile: new URL("vite.config.ts", import.meta.url).pathname, logLevel: "warn" });
  },
});
