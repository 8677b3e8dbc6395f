import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, type RunOptions, runCommand, type Workplace } from "../test/command-run.js";
import { startTestServer, type TestServer, tokens } from "./test-server.js";

const count = 200;
const names = Array.from({ length: count }, (_, index) => `b${index}`);

let workplace: Workplace;
let server: TestServer;
beforeEach(async () => {
  workplace = await createWorkplace();
  server = await startTestServer({ stored: true });
});
afterEach(async () => {
  await server.close();
  await workplace.remove();
});

/**
 * Returns the text of a file whose bindings all have this ordering, so that a mixture of old and new ones would show.
 */
function fileOf(ordering: number): string {
  const lines = names.map(
    (name) =>
      `  ${name}: { event: auth, handlermodule: Counter, action: reset_counter, ordering: ${ordering}, options: { counter_name: x } }`,
  );
  return `bindings:\n${lines.join("\n")}\n`;
}

interface Listed {
  readonly ordering: number;
  readonly active: boolean;
}

/** The state that all bindings share, before and after a command. */
type State = "none" | `${number} ${boolean}`;

function stateOf(list: readonly Listed[]): State | readonly Listed[] {
  const states = new Set(list.map(({ ordering, active }) => `${ordering} ${active}` as const));
  const [state] = states;
  if (state === undefined) return "none";
  // neither the old nor the new state
  return states.size > 1 || list.length !== count ? list : state;
}

const changes: readonly { readonly args: readonly string[]; readonly after: State }[] = [
  { args: ["apply", "--yes", "new.yaml"], after: "1 true" },
  { args: ["apply", "--yes", "--prune", "new.yaml"], after: "1 true" },
  { args: ["import", "new.yaml"], after: "1 true" },
  { args: ["disable", ...names], after: "0 false" },
  { args: ["delete", ...names], after: "none" },
];

describe.each([
  ["a database", 0.45],
  ["a database", 0.65],
  ["a server", 0.5],
])("SIGINT at any moment leaves %s in the old or the new state (from %d of the duration on)", (kind, first) => {
  const env = (): NonNullable<RunOptions["env"]> =>
    kind === "a server"
      ? { BOOKEND_URL: server.url, BOOKEND_TOKEN: tokens.admin }
      : { BOOKEND_DATABASE: `sqlite:${workplace.directory}/bookend.db` };
  const run = (args: readonly string[]) => runCommand(args, workplace.directory, { env: env() });
  const start = (args: readonly string[]): ChildProcess => {
    const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
    const node = ["-C", "@bookend/source", "--import", import.meta.resolve("tsx"), main, ...args];
    const { BOOKEND_DATABASE, BOOKEND_URL, ...inherited } = process.env;
    return spawn(process.execPath, node, {
      cwd: workplace.directory,
      env: { ...inherited, HOME: workplace.directory, ...env() },
      stdio: "ignore",
    });
  };

  test("and the next command works", async () => {
    await workplace.write("old.yaml", fileOf(0));
    await workplace.write("new.yaml", fileOf(1));
    const began = performance.now();
    await once(start(["apply", "--yes", "old.yaml"]), "exit");
    let wholeMs = performance.now() - began;
    let interrupted = 0;
    for (const [index, { args, after }] of changes.entries()) {
      expect((await run(["apply", "old.yaml"])).code).toBe(0);
      const started = performance.now();
      const child = start(args);
      // most moments are in its second half, in which it writes
      const timer = setTimeout(() => child.kill("SIGINT"), wholeMs * (first + 0.06 * index));
      const [, signal] = await once(child, "exit");
      clearTimeout(timer);
      if (signal === "SIGINT") interrupted += 1;
      // the command ended before the signal: the next signals must come earlier
      else wholeMs = Math.min(wholeMs, performance.now() - started);
      const found = JSON.parse((await run(["list", "--json"])).stdout) as readonly Listed[];
      expect(["0 true", after], args[0]).toContain(stateOf(found));
    }
    expect(interrupted).toBeGreaterThan(0);
  });
});
