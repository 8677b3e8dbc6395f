import { basename, join } from "node:path";
import { configDefaults, type ViteUserConfig } from "vitest/config";

// not "module": Node.js does not know it, and builds that it leads to are for bundlers
const conditions = ["@bookend/source", "node", "development|production"];

/** Where `npm test` collects what each package counted; unset when a package's tests run alone. */
const reports = process.env.BOOKEND_TEST_REPORTS;

/** A core other than the workspace's, for all that a test loads: the entry file of an installed one. See `scripts/check-core-floor.mjs`. */
const otherCore = process.env.BOOKEND_CORE;

/** Whether only the tests that take long are to run, which `npm test` leaves out: crashes, races, browsers, bulk data. See CONTRIBUTING.md. */
const slow = process.env.BOOKEND_TESTS === "slow";

/** The end of the names of test files that take long. */
const slowFiles = "**/*.slow.test.ts";

/** The setup of tests that need PostgreSQL: one server for all files of a package. */
export const databases = join(import.meta.dirname, "packages/test-kit/src/databases/global-setup.ts");

/** The base of every package's own `vitest.config.ts`: workspace packages are read from their source. */
export const shared = {
  // one root for all packages: what is kept of a transformed module is kept for this root, and so others find it
  root: import.meta.dirname,
  resolve: { conditions, ...(otherCore && { alias: [{ find: /^@bookend\/core$/, replacement: otherCore }] }) },
  ssr: { resolve: { conditions, externalConditions: ["@bookend/source"] } },
  test: {
    include: slow ? [`src/${slowFiles}`, `test/${slowFiles}`] : ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: slow ? [...configDefaults.exclude] : [...configDefaults.exclude, slowFiles],
    passWithNoTests: slow,
    dir: process.cwd(),
    environment: "node",
    // a third of the time of most packages was the transformation of core's and the test kit's modules, which each repeated
    experimental: { fsModuleCache: true, fsModuleCachePath: join(import.meta.dirname, "node_modules/.cache/vitest") },
    // files of a package share a process and its modules, which took most of the time to load; a test file leaves nothing behind
    isolate: false,
    // no test waits for time to pass; these only end one that hangs, on however slow a machine
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    ...(reports && {
      reporters: ["default", "json"],
      outputFile: { json: join(reports, `${basename(process.cwd())}.json`) },
    }),
  },
} satisfies ViteUserConfig;
