// The folders of a package must not import one another in a cycle, so that each can be understood after those that it
// imports. Tests may import anything.
import config from "./dependency-cruiser.config.mjs";

export default {
  forbidden: [
    {
      name: "no-circle-of-folders",
      scope: "folder",
      severity: "error",
      from: { path: "^(packages|apps)/[^/]+/src" },
      to: { circular: true },
    },
  ],
  options: {
    ...config.options,
    exclude: { path: [config.options.exclude.path, "\\.test(-d)?\\.ts$", "^(packages|apps)/[^/]+/(test|bench)/"] },
  },
};
