import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const outDir = "dist/app";

/** Writes a `.br` and a `.gz` next to each asset, so that no request waits for compression. */
function compressAssets(): Plugin {
  return {
    name: "compress-assets",
    apply: "build",
    closeBundle() {
      const directory = join(import.meta.dirname, outDir, "assets");
      for (const name of readdirSync(directory)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const content = readFileSync(join(directory, name));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(join(directory, `${name}.br`), brotliCompressSync(content, { params: quality }));
        writeFileSync(join(directory, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: join(import.meta.dirname, "app"),
  // the handler prefixes the assets of index.html with the path at which it is mounted; the others are relative to
  // their importer
  base: "./",
  plugins: [react(), compressAssets()],
  build: {
    outDir: join(import.meta.dirname, outDir),
    emptyOutDir: true,
    target: "es2022",
    // the content security policy does not allow scripts or styles from data: URLs
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            // the code that runs before the rest is in a separate file
            { name: "ahead", test: /app\/(?:config|session|api\/ahead|api\/fetch-in-time)\.ts$/, priority: 1 },
            // one file with everything that every page needs; split by importers, it would take 35 requests
            { name: "main", tags: ["$initial"] },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 1_000,
  },
});
