import { basename, join } from "node:path";
import { configDefaults, type ViteUserConfig } from "vitest/config";

// Vite's default conditions contain "module", which Node.js does not know, and which selects builds for bundlers
const conditions = ["@bookend/source", "node", "development|production"];

/** The directory in which `npm test` collects the results of each package; unset if a package's tests run alone. */
const reports = process.env.BOOKEND_TEST_REPORTS;

/**
 * The entry file of an installed core that tests load instead of the workspace's core. See
 * `scripts/check-core-floor.mjs`.
 */
const otherCore = process.env.BOOKEND_CORE;

/**
 * Whether to run only the slow tests, which `npm test` leaves out: crashes, races, browsers, bulk data. See
 * CONTRIBUTING.md.
 */
const slow = process.env.BOOKEND_TESTS === "slow";

/** The pattern of the names of slow test files. */
const slowFiles = "**/*.slow.test.ts";

/** The setup of tests that need PostgreSQL: one server for all files of a package. */
export const databases = join(import.meta.dirname, "packages/test-kit/src/databases/global-setup.ts");

/** The base of every package's own `vitest.config.ts`: workspace packages are read from their source. */
export const shared = {
  // one root for all packages, so that they share the cache of transformed modules
  root: import.meta.dirname,
  resolve: { conditions, ...(otherCore && { alias: [{ find: /^@bookend\/core$/, replacement: otherCore }] }) },
  ssr: { resolve: { conditions, externalConditions: ["@bookend/source"] } },
  test: {
    include: slow ? [`src/${slowFiles}`, `test/${slowFiles}`] : ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: slow ? [...configDefaults.exclude] : [...configDefaults.exclude, slowFiles],
    passWithNoTests: slow,
    dir: process.cwd(),
    environment: "node",
    // without this cache, each package would transform the modules of core and of the test kit again, which takes a third
    // of the time of most packages
    experimental: { fsModuleCache: true, fsModuleCachePath: join(import.meta.dirname, "node_modules/.cache/vitest") },
    // the test files of a package share a process and its modules, since loading modules would take most of the time; a
    // test file must therefore leave nothing behind
    isolate: false,
    // no test waits for time to pass; these limits only end a test that hangs, and allow for slow machines
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    ...(reports && {
      reporters: ["default", "json"],
      outputFile: { json: join(reports, `${basename(process.cwd())}.json`) },
    }),
  },
} satisfies ViteUserConfig;
