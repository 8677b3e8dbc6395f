// Generates docs/reference from the code: `node -C @bookend/source --import tsx scripts/generate-reference.mjs`. With
// `--check`, fails if a page differs.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./run.mjs";

const check = process.argv.includes("--check");
const folder = join(root, "docs/reference");
const from = (path) => import(new URL(`../${path}`, import.meta.url));

const core = await from("packages/core/src/index.ts");
const { createLogger, loadSecrets, parseConfig, startServer } = await from("apps/reference/src/index.ts");
const { bookendMetrics } = await from("packages/metrics/src/index.ts");
const { configSchema } = await from("packages/reference-config/src/config.ts");
const { createProgram: serverProgram } = await from("apps/reference/src/cli/program.ts");
const { createProgram: cliProgram } = await from("packages/cli/src/program.ts");

const data = mkdtempSync(join(tmpdir(), "bookend-docs-"));
const config = parseConfig({ dataDirectory: data, port: 0, pinHash: { memoryCost: 8, timeCost: 1 } });
const logger = createLogger({ level: "silent" });
const server = await startServer({ config, secrets: await loadSecrets(config), logger });
let pages;
try {
  const { registry } = server.bookend;
  const directories = { ...server.domain.directories, counters: server.store.counters };
  pages = {
    "conditions.md": await conditionsPage(registry, directories),
    "tags.md": tagsPage(registry),
    "handlers.md": await handlersPage(registry),
    "errors.md": errorsPage(),
    "limits.md": limitsPage(),
    "metrics.md": metricsPage(),
    "command-line.md": commandLinePage(),
    "configuration.md": configurationPage(),
    "http-api.md": await httpPage(),
  };
} finally {
  await server.close();
  rmSync(data, { recursive: true, force: true });
}

const outdated = [];
for (const [file, text] of Object.entries(pages)) {
  const path = join(folder, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (before === text) continue;
  outdated.push(file);
  if (!check) writeFileSync(path, text);
}
for (const file of readdirSync(folder)) if (!(file in pages)) outdated.push(`${file} (not generated)`);
console.log(`${Object.keys(pages).length} pages, ${outdated.length} ${check ? "outdated" : "written"}`);
if (check && outdated.length > 0) {
  console.error(`docs/reference is outdated: ${outdated.join(", ")}. Run: npx -y pnpm@10.34.9 docs:reference`);
  process.exitCode = 1;
}

function page(title, ...parts) {
  return `# ${title}\n\n${parts.flat().filter(Boolean).join("\n\n")}\n`;
}

/** Returns a Markdown table. Cells are joined into one line, and pipes are escaped. */
function table(head, rows) {
  const cell = (value) =>
    String(value ?? "")
      .replace(/\s+/g, " ")
      .replaceAll("|", "\\|")
      .trim();
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
}

function code(value) {
  return value === undefined || value === "" ? "" : `\`${value}\``;
}

async function conditionsPage(registry, directories) {
  const byName = new Map();
  for (const id of registry.handlers.keys()) {
    for (const one of (await core.describeHandler(registry, id, directories)).conditions) byName.set(one.name, one);
  }
  const groups = grouped([...byName.values()]);
  return page(
    "Conditions",
    "Conditions check a call. A binding runs if all of its conditions are fulfilled. If the call does not have the value that a condition checks, the condition is unknown, which counts as not fulfilled unless its description says otherwise.",
    [...groups].flatMap(([group, list]) => [
      `## ${group}`,
      table(
        ["condition", "what it checks", "allowed", "positions"],
        list.map((one) => [code(one.name), one.description, one.allowed, one.positions.join(", ")]),
      ),
    ]),
  );
}

function grouped(conditions) {
  const groups = new Map();
  for (const one of conditions) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return groups;
}

function tagsPage(registry) {
  const rows = [
    ...core.describeTags(registry).map((tag) => [code(`{${tag.name}}`), tag.description, tag.secret ? "yes" : ""]),
    ...core.describePathTags().map((tag) => [code(`{${tag.name}NAME}`), tag.description, "depends on the name"]),
  ];
  return page(
    "Tags",
    "Templates can insert these tags. A tag without a value for a call inserts nothing. Anyone who reads the value of a secret tag can misuse it: `check` warns if it would be sent or stored without protection.",
    table(["tag", "what it inserts", "secret"], rows),
  );
}

async function handlersPage(registry) {
  const parts = [];
  for (const id of registry.handlers.keys()) {
    const { description, positions, abortOnError, actions } = await core.describeHandler(registry, id, {});
    parts.push(
      `## ${id}`,
      `${description} Position: ${positions.join(", ")}.${abortOnError ? " A failed action aborts the call, unless the binding says otherwise." : ""}`,
    );
    for (const action of actions) {
      const { properties = {}, required = [] } = action.options;
      parts.push(`### ${id}: ${action.name}`, action.description);
      const rows = Object.entries(properties).map(([name, schema]) => [
        code(name),
        typeOf(schema),
        required.includes(name) ? "required" : schema.default === undefined ? "" : code(JSON.stringify(schema.default)),
        `${schema.description ?? ""}${schema["x-secret"] ? " Secret." : ""}`,
      ]);
      parts.push(rows.length === 0 ? "No options." : table(["option", "type", "default", "meaning"], rows));
    }
  }
  return page("Handlers", "The handlers of the reference app, with the options of their actions.", parts);
}

/** Returns the type of a JSON Schema in words. */
function typeOf(schema) {
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(", ");
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  const kinds = schema.anyOf ?? schema.oneOf;
  if (kinds) return [...new Set(kinds.map(typeOf))].filter(Boolean).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {}) || "values"}`;
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "");
  const bounds = [
    schema.minimum !== undefined && `from ${schema.minimum}`,
    schema.maximum !== undefined && schema.maximum < 9e15 && `to ${schema.maximum}`,
  ];
  return [type, ...bounds].filter(Boolean).join(" ");
}

/** Returns the codes and their meaning, from the doc comments of their types. */
function errorsPage() {
  const source = readFileSync(join(root, "packages/core/src/contracts/errors.ts"), "utf8");
  const listed = (type) => {
    const comment = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export type ${type}\\b([\\s\\S]*?);`).exec(
      source,
    );
    const rows = [...comment[1].replace(/\n \* {3}/g, " ").matchAll(/^ \* - (.+?): (.+)$/gm)].map(
      ([, codes, meaning]) => [codes, meaning],
    );
    const missing = [...comment[2].matchAll(/"(\w+)"/g)]
      .map(([, name]) => name)
      .filter((name) => !rows.some(([codes]) => codes.includes(name)));
    return table(["code", "meaning"], [...rows, ...missing.map((name) => [code(name), ""])]);
  };
  return page(
    "Error codes",
    "Every error has a code; its wording may change, its code does not.",
    "## Errors of Bookend",
    listed("ErrorCode"),
    "## Problems of a binding",
    "`check` and refused changes list problems. Each has a code, a field, and the allowed values.",
    listed("ProblemCode"),
  );
}

/** Returns the sections "Limits" of the packages' READMEs. */
function limitsPage() {
  const parts = readdirSync(join(root, "packages")).flatMap((name) => {
    const file = join(root, "packages", name, "README.md");
    if (!existsSync(file)) return [];
    const found = /^## Limits\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readFileSync(file, "utf8"))?.[1]?.trim();
    if (!found) return [];
    return [
      `## ${name}`,
      found.replace(/\]\((?!https?:|#)([^)]+)\)/g, (_, path) => `](../../packages/${name}/${path})`),
    ];
  });
  return page("Limits", 'The limits of each package, from the sections "Limits" of their READMEs.', parts);
}

function metricsPage() {
  const metrics = [];
  const registry = {
    getMetricsAsArray: () => metrics,
    registerMetric: (metric) => void metrics.push(metric),
    removeSingleMetric: () => undefined,
  };
  const outbox = { counts: async () => ({}), destinations: async () => [] };
  bookendMetrics({ registry, outbox, lastCheckpoint: () => undefined }).close();
  const rows = metrics.map((metric) => [
    code(metric.name),
    metric.constructor.name.toLowerCase(),
    metric.labelNames
      .filter((label) => label !== "le")
      .map(code)
      .join(", "),
    metric.help,
  ]);
  return page(
    "Metrics",
    "The metrics that [`@bookend/metrics`](../../packages/metrics/README.md) provides. [Monitoring](../operations/monitoring.md) has a dashboard and alert rules.",
    table(["metric", "type", "labels", "description"], rows),
  );
}

function commandLinePage() {
  const world = { io: { stdout: { columns: 100 }, stderr: { columns: 100 }, env: {} }, exit: "done" };
  const programs = [
    ["The command line of the reference app.", serverProgram()],
    ["The command line of the management API, for any server.", cliProgram(world)],
  ];
  return page(
    "Command line",
    programs.flatMap(([what, program]) => [
      `## ${program.name()}`,
      what,
      ...leaves(program, []).flatMap(([name, command]) => [
        `### ${name}`,
        command.description(),
        `\`\`\`\n${command.createHelp().commandUsage(command)}\n\`\`\``,
        ...(command.options.length === 0
          ? []
          : [
              table(
                ["option", "meaning"],
                command.options.map(({ flags, description }) => [code(flags), description]),
              ),
            ]),
      ]),
    ]),
  );
}

/** Returns the commands without subcommands, with their full names. */
function leaves(command, parents) {
  const name = [...parents, command.name()];
  return command.commands.length === 0
    ? [[name.join(" "), command]]
    : command.commands.flatMap((one) => leaves(one, name));
}

function configurationPage() {
  const comments = commentsOfConfig();
  const { z } = createRequire(join(root, "packages/reference-config/package.json"))("zod");
  const { properties } = z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" });
  const rows = [];
  const walk = (fields, path, required) => {
    for (const [name, schema] of Object.entries(fields)) {
      const field = [...path, name].join(".");
      const inner = schema.properties ?? schema.items?.properties;
      const comment = comments.get(field) ?? "";
      if (schema.properties) {
        if (comment) rows.push([code(field), "", "", comment]);
        walk(schema.properties, [...path, name], schema.required ?? []);
      } else {
        const fallback =
          schema.default === undefined
            ? required.includes(name)
              ? "required"
              : ""
            : code(JSON.stringify(schema.default));
        rows.push([code(field), inner ? "list of objects" : typeOf(schema), fallback, comment]);
        if (inner) walk(inner, [...path, `${name}.N`], schema.items.required ?? []);
      }
    }
  };
  walk(properties, [], ["dataDirectory"]);
  return page(
    "Configuration",
    "The configuration file of the reference app, in YAML or JSON. Relative paths are relative to the file. A secret is a string, or `{ env: NAME }`. `bookend-reference serve --config FILE --check` lists the mistakes in a file and changes nothing.",
    table(["field", "type", "default", "meaning"], rows),
  );
}

/** Returns the doc comments of the configuration's schema by field. */
function commentsOfConfig() {
  const text = readFileSync(join(root, "packages/reference-config/src/config.ts"), "utf8");
  const source = ts.createSourceFile("config.ts", text, ts.ScriptTarget.Latest, true);
  const constants = new Map();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations)
      constants.set(name.getText(), initializer);
  }
  const comments = new Map();
  const visit = (node, path, depth = 0) => {
    if (depth > 40) return;
    if (ts.isIdentifier(node) && constants.has(node.text) && path.length > 0)
      visit(constants.get(node.text), path, depth + 1);
    else if (ts.isObjectLiteralExpression(node) && isObjectSchema(node.parent)) {
      for (const property of node.properties) {
        if (!ts.isPropertyAssignment(property)) continue;
        const field = [...path, property.name.getText()];
        const [comment] = ts.getJSDocCommentsAndTags(property);
        const said = comment && ts.getTextOfJSDocComment(comment.comment);
        if (said) comments.set(field.join("."), said);
        visit(property.initializer, field, depth + 1);
      }
    } else ts.forEachChild(node, (child) => visit(child, path, depth + 1));
  };
  visit(constants.get("configSchema"), []);
  return comments;
}

function isObjectSchema(node) {
  return ts.isCallExpression(node) && /\bstrictObject$/.test(node.expression.getText());
}

async function httpPage() {
  const document = await openApi();
  const rows = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === "parameters") continue;
      rows.push([
        code(`${method.toUpperCase()} ${path}`),
        operation["x-right"] ?? rightOf(operation),
        operation.summary ?? operation.description,
      ]);
    }
  }
  return page(
    "HTTP API",
    "The management API, below the path where the host mounts it (`/event` in the reference app). `GET openapi.json` returns its OpenAPI document, with all schemas. The routes of the reference app itself are privacyIDEA's: [apps/reference](../../apps/reference/README.md) lists them.",
    table(["route", "right", "what it does"], rows),
  );
}

function rightOf(operation) {
  const scopes = (operation.security ?? []).flatMap((one) => Object.values(one).flat());
  return scopes.map(code).join(", ");
}

async function openApi() {
  const { createAdmin } = await from("packages/admin/src/index.ts");
  const bookend = core.createBookend({ handlers: [], bindings: core.memoryBindings() });
  const admin = createAdmin({ bookend, authorize: () => true });
  try {
    const response = await admin.fetch(new Request("http://127.0.0.1/event/openapi.json"));
    return await response.json();
  } finally {
    bookend.close();
  }
}
