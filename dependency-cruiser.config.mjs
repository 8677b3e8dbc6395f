// Imports run one way (see "Where things are" in CONTRIBUTING.md); `pnpm check:imports` enforces this.

/** Files that ship: no tests, and nothing that only tests use. */
const shipped = "^(packages|apps)/(?!test-kit/)[^/]+/src/.*(?<!\\.test|\\.test-d)\\.ts$";

/** The workspace packages that the shipped files of a package may import. */
const packages = {
  core: [],
  zod: ["core"],
  "http-client": ["core"],
  process: ["core"],
  "qr-code": [],
  metrics: ["core"],
  opentelemetry: ["core"],
  messaging: ["core", "zod", "http-client", "process"],
  "handler-[^/]+": ["core", "zod", "messaging", "http-client", "process", "qr-code"],
  "store-sql": ["core"],
  "adapter-kit": ["core"],
  fastify: ["core", "adapter-kit"],
  express: ["core", "adapter-kit"],
  hono: ["core", "adapter-kit"],
  fetch: ["core", "adapter-kit"],
  admin: ["core"],
  // the handler that serves the page, and the page itself, which calls the API over HTTP only
  "admin-ui": [],
  client: [],
  cli: ["core", "admin", "client", "store-sql", "handler-[^/]+"],
  conformance: ["core"],
  "create-handler": [],
  // the domain of the reference app: only core's directory interfaces, no dispatcher, no HTTP
  mfa: ["core", "messaging", "qr-code", "store-sql"],
  "reference-config": ["adapter-kit", "mfa"],
};

/**
 * The folders of a package that each of its folders may import; `.` is the package's root folder, which may import any
 * of them.
 */
const folders = {
  "packages/core/src": {
    contracts: [],
    internal: ["contracts"],
    facts: ["contracts", "internal"],
    templates: ["contracts", "internal", "facts", "values"],
    definitions: ["contracts", "internal", "facts", "templates"],
    values: ["contracts", "internal"],
    conditions: ["contracts", "internal", "facts", "definitions", "values"],
    bindings: ["contracts", "internal", "definitions"],
    dispatch: ["contracts", "internal", "facts", "templates", "definitions", "bindings"],
  },
  "packages/mfa/src": {
    errors: [],
    values: ["errors"],
    database: ["errors", "secrets", "values"],
    secrets: ["errors"],
    settings: ["database", "values"],
    federation: ["database", "errors", "values"],
    users: ["database", "errors", "secrets", "settings", "values"],
    senders: ["database", "errors", "secrets", "settings", "users", "values"],
    sessions: ["errors", "users"],
    tokens: ["database", "errors", "secrets", "senders", "users", "values"],
    "token-types": ["tokens", "errors", "secrets", "values"],
    authentication: [
      "database",
      "errors",
      "secrets",
      "senders",
      "settings",
      "token-types",
      "tokens",
      "users",
      "values",
    ],
    push: ["authentication", "database", "errors", "secrets", "token-types", "tokens", "values"],
    containers: ["authentication", "database", "errors", "secrets", "tokens", "users", "values"],
    channels: ["errors", "senders"],
    administration: ["containers", "federation", "tokens"],
    access: ["containers", "errors", "tokens", "values"],
    listing: ["access", "authentication", "containers", "errors", "tokens", "values"],
  },
  "apps/reference/src": {
    services: [],
    handlers: ["services"],
    http: ["services"],
    server: ["services", "handlers", "http"],
    startup: ["services", "handlers", "server"],
    workers: ["services", "http", "server", "startup"],
    cli: ["services", "handlers", "http", "server", "startup", "workers"],
  },
};

const betweenPackages = Object.entries(packages).map(([name, allowed]) => ({
  name: `packages-of-${name.replace("-[^/]+", "s")}`,
  comment: `packages/${name} imports only: ${allowed.join(", ") || "no other package"}.`,
  severity: "error",
  from: { path: `^packages/(${name})/src/.*(?<!\\.test|\\.test-d)\\.ts$` },
  to: { path: "^(packages|apps)/", pathNot: ["^packages/$1/", ...allowed.map((one) => `^packages/${one}/`)] },
}));

const betweenFolders = Object.entries(folders).flatMap(([base, of]) =>
  Object.entries(of).map(([folder, allowed]) => ({
    name: `folders-of-${base.split("/")[1]}-${folder}`,
    comment: `${base}/${folder} imports only: ${allowed.join(", ") || "no other folder"}.`,
    severity: "error",
    from: { path: `^${base}/${folder}/.*(?<!\\.test|\\.test-d)\\.ts$` },
    to: { path: `^${base}/`, pathNot: `^${base}/(${[folder, ...allowed].join("|")})/` },
  })),
);

const listedFolders = Object.entries(folders).map(([base, of]) => ({
  name: `unlisted-folder-of-${base.split("/")[1]}`,
  comment: `Every folder of ${base} must be listed in dependency-cruiser.config.mjs.`,
  severity: "error",
  from: { path: `^${base}/[^/]+/`, pathNot: `^${base}/(${Object.keys(of).join("|")})/` },
  to: {},
}));

export default {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unknown-import",
      comment:
        "Every import must resolve to an installed package: one that package.json does not list would escape the other rules.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    ...betweenPackages,
    ...betweenFolders,
    ...listedFolders,
    {
      name: "libraries-of-core",
      comment: "Core has no I/O, and imports only these libraries, which are pure.",
      severity: "error",
      from: { path: "^packages/core/src/.*(?<!\\.test|\\.test-d)\\.ts$" },
      to: {
        pathNot: [
          "^packages/core/src/",
          "node_modules/(bowser|ipaddr\\.js|handlebars|re2js|uuid|@standard-schema/spec)/",
          "^(node:)?(async_hooks|crypto|diagnostics_channel)$",
        ],
      },
    },
    {
      name: "no-http-in-the-domain",
      comment: "packages/mfa neither serves requests nor calls other servers itself.",
      severity: "error",
      from: { path: "^packages/mfa/src/" },
      to: { path: "node_modules/(fastify|@fastify|hono|@hono|express|undici)/|^(node:)?https?2?$" },
    },
    {
      name: "nobody-imports-an-app",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/", pathNot: "^apps/demo/" },
      to: { path: "^apps/", pathNot: "^$1/$2/" },
    },
    {
      name: "tests-only",
      comment: "Shipped files import neither tests nor code that tests share.",
      severity: "error",
      from: { path: shipped },
      to: { path: "^packages/test-kit/|\\.test\\.ts$|^(packages|apps)/[^/]+/(test|bench)/" },
    },
    {
      name: "by-name",
      comment: "Packages import each other by name, never by a path into another package's files.",
      severity: "error",
      from: { path: "^((packages|apps)/[^/]+)/" },
      to: { dependencyTypes: ["local"], path: "^(packages|apps)/", pathNot: "^$1/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|fixtures|node_modules/\\.)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@bookend/source", "import", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
