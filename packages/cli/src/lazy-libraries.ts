import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Libraries that many commands do not need. They are loaded on first use, since a short command spends most of its time
 * starting.
 */
export const lazyLibraries = {
  get yaml(): typeof import("yaml") {
    return require("yaml") as typeof import("yaml");
  },
  get jsYaml(): typeof import("js-yaml") {
    return require("js-yaml") as typeof import("js-yaml");
  },
  get diff(): typeof import("diff") {
    return require("diff") as typeof import("diff");
  },
};
