import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "@bookend/reference-config";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createLogger, loadSecrets, runCli, startServer } from "../src/index.js";

const source = `export function greeter(options) {
  if (typeof options.token !== "string") throw new TypeError("token: the value is missing. Allowed: a string");
  if (options.token === "wrong-token") throw new TypeError(\`token "\${options.token}" is refused\`);
  return {
    id: options.id ?? "Greeter",
    description: "Greets.",
    positions: ["post"],
    actions: {
      greet: {
        description: "Greets.",
        options: { "~standard": { version: 1, vendor: "own", validate: (value) => ({ value }) } },
        optionsJsonSchema: { type: "object", properties: {} },
        run: ({ call }) => void (call.notes.info = "hello"),
      },
    },
  };
}
export const nothing = () => ({ id: "" });
export const asynchronous = async (options) => greeter(options);
`;

const manifest = {
  name: "acme-greeter",
  version: "1.2.3",
  type: "module",
  exports: { ".": { import: "./index.js" } },
  bookend: { handler: "greeter" },
  peerDependencies: { "@bookend/core": "^1.0.0" },
};

/** Creates a directory with a configuration, and the handler's package in `greeter` and in `node_modules/acme-greeter`. */
async function directoryWith(handlers: unknown, changes: object = {}) {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "bookend-handlers-")));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const place of ["greeter", "node_modules/acme-greeter"]) {
    await mkdir(join(directory, place), { recursive: true });
    await writeFile(join(directory, place, "package.json"), JSON.stringify({ ...manifest, ...changes }));
    await writeFile(join(directory, place, "index.js"), source);
    await writeFile(join(directory, place, "bad.js"), 'throw new Error("it is broken");');
  }
  const file = join(directory, "bookend.yaml");
  await writeFile(file, JSON.stringify({ dataDirectory: "data", port: 0, handlers }));
  return { directory, file };
}

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const spies = (["log", "error"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line: unknown) => void lines.push(String(line))),
  );
  try {
    return { code: await runCli(args), output: lines.join("\n") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const token = { token: { env: "BOOKEND_TEST_TOKEN" } };

describe("a handler that the configuration lists", () => {
  it.each(["acme-greeter", "./greeter"])("is loaded from %s, listed and registered", async (name) => {
    vi.stubEnv("BOOKEND_TEST_TOKEN", "xoxb-secret");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { directory, file } = await directoryWith([{ package: name, options: token }]);
    expect(await run("serve", "--config", file, "--check")).toMatchObject({ code: 0 });
    const { output } = await run("handlers", "--config", file);
    const place = name.startsWith(".") ? "greeter" : "node_modules/acme-greeter";
    expect(output).toMatch(/^Counter +@bookend\/handler-counter +\d+\.\d+\.\d+\S* +\//m);
    expect(output.split("\n").at(-1)?.split(/ +/)).toEqual([
      "Greeter",
      "acme-greeter",
      "1.2.3",
      join(directory, place),
    ]);
    const config = await loadConfig(file);
    const logger = createLogger({ level: "silent" });
    const server = await startServer({ config, secrets: await loadSecrets(config), logger });
    onTestFinished(() => server.close());
    expect([...server.bookend.registry.handlers.keys()]).toContain("Greeter");
    expect(output.match(/^\w+(?= )/gm)).toEqual([...server.bookend.registry.handlers.keys()]);
  });

  it("may come from an asynchronous factory", async () => {
    const { file } = await directoryWith([{ package: "./greeter", options: { token: "t" } }], {
      bookend: { handler: "asynchronous" },
    });
    expect((await run("handlers", "--config", file)).output).toContain("Greeter");
  });

  const one = (options: unknown = { token: "t" }, name = "acme-greeter") => [{ package: name, options }];
  it.each([
    [
      "a package that is not installed",
      one({}, "acme-other"),
      {},
      'handlers.0.package: "acme-other" is not installed. Allowed: ',
    ],
    [
      "a path without a package",
      one({}, "./none"),
      {},
      /^handlers\.0\.package: ".*\/none" is not installed\. Allowed: /m,
    ],
    [
      "a package that names no factory",
      one(),
      { bookend: undefined },
      'handlers.0.package: "acme-greeter" has no "bookend"',
    ],
    [
      "a factory that does not exist",
      one(),
      { bookend: { handler: "slack" } },
      'does not export the function "slack". Allowed: asynchronous, greeter, nothing.',
    ],
    [
      "a package for another core",
      one(),
      { peerDependencies: { "@bookend/core": "^7.1.0" } },
      'handlers.0.package: "acme-greeter" needs @bookend/core ^7.1.0, but this server has ',
    ],
    ["a package without a range", one(), { peerDependencies: {} }, "has no valid range of @bookend/core"],
    ["a package that was not built", one(), { exports: "./dist/index.js" }, "Allowed: a package that has been built."],
    [
      "an entry that cannot be imported",
      one(),
      { exports: "./bad.js" },
      'handlers.0.package: "acme-greeter" cannot be imported: ',
    ],
    [
      "options that the factory refuses",
      one({}),
      {},
      /^handlers\.0\.options: the handler refuses them: token: the value is missing\. Allowed: a string\.$/m,
    ],
    [
      "options that the factory refuses without a list of allowed values",
      one({ token: "wrong-token" }),
      {},
      /^handlers\.0\.options: the handler refuses them: token "wrong-token" is refused\. Allowed: see its README\.$/m,
    ],
    ["something that is not a handler", one(), { bookend: { handler: "nothing" } }, /^handlers\.0\.package: .*id/m],
    [
      "a variable that is not set",
      one({ deep: [{ env: "BOOKEND_TEST_UNSET" }] }),
      {},
      'handlers.0.options.deep.0: the environment variable "BOOKEND_TEST_UNSET" is not set.',
    ],
    [
      "an id that exists",
      one({ token: "t", id: "Token" }),
      {},
      'handlers.0.package: the handler "Token" already exists.',
    ],
    ["a handler twice", [...one(), ...one()], {}, 'handlers.1.package: the handler "Greeter" already exists.'],
    [
      "an option that does not exist",
      [{ packge: "x" }],
      {},
      "handlers.0.packge: this option does not exist. Allowed: package, options.",
    ],
  ])("is refused: %s", async (_what, handlers, changes, line) => {
    const { file } = await directoryWith(handlers, changes);
    for (const args of [
      ["serve", "--config", file, "--check"],
      ["serve", "--config", file],
      ["handlers", "--config", file],
    ]) {
      const { code, output } = await run(...args);
      expect(output).toMatch(line instanceof RegExp ? line : new RegExp(line.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")));
      expect(code).toBe(1);
    }
  });

  it("does not reveal a secret that its factory quotes in an error", async () => {
    vi.stubEnv("BOOKEND_TEST_TOKEN", "wrong-token");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { file } = await directoryWith(one(token));
    const { code, output } = await run("serve", "--config", file, "--check");
    expect([code, output]).toEqual([1, expect.stringContaining('token "***" is refused')]);
    expect(output).not.toContain("wrong-token");
  });
});
