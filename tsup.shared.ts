import type { Options } from "tsup";

/** The base of every package's own `tsup.config.ts`: ES modules with declarations, for Node.js 20 and later. */
export const shared = {
  entry: ["src/index.ts"],
  format: "esm",
  target: "node20",
  dts: true,
  clean: true,
  sourcemap: true,
  treeshake: true,
} satisfies Options;
