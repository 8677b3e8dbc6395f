import type { ViteUserConfig } from "vitest/config";

const conditions = ["@bookend/source", "module", "node", "development|production"];

/** What every package's own `vitest.config.ts` starts from: workspace packages are read from their source. */
export const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["@bookend/source"] } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    typecheck: { include: ["src/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
    environment: "node",
    restoreMocks: true,
  },
} satisfies ViteUserConfig;
