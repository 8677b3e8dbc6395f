import type { Options } from "tsup";

/** What every package's own `tsup.config.ts` starts from: ES modules with declarations, for Node.js 20 and later. */
export const shared = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  dts: true,
  clean: true,
  sourcemap: true,
  treeshake: true,
} satisfies Options;
