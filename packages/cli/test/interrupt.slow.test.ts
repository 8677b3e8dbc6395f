import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../test/command-run.js";

const count = 400;
const tries = 20;

let workplace: Workplace;
beforeAll(async () => {
  workplace = await createWorkplace();
});
afterAll(() => workplace.remove());

/** Bindings that all have this ordering: a mixture would show. */
function fileOf(ordering: number): string {
  const lines = Array.from(
    { length: count },
    (_, index) =>
      `  b${index}: { event: auth, handlermodule: Counter, action: reset_counter, ordering: ${ordering}, options: { counter_name: x } }`,
  );
  return `bindings:\n${lines.join("\n")}\n`;
}

function start(args: readonly string[]): ChildProcess {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const env = { ...process.env, BOOKEND_DATABASE: `sqlite:${workplace.directory}/bookend.db` };
  const node = ["-C", "@bookend/source", "--import", import.meta.resolve("tsx"), main, ...args];
  return spawn(process.execPath, node, { cwd: workplace.directory, env, stdio: "ignore" });
}

async function orderings(): Promise<readonly number[]> {
  const { stdout } = await workplace.run(["list", "--json"]);
  const list = JSON.parse(stdout) as readonly { readonly ordering: number }[];
  expect(list).toHaveLength(count);
  return [...new Set(list.map(({ ordering }) => ordering))];
}

test("SIGINT at any moment leaves the old or the new state, and the next command works", async () => {
  await workplace.write("state.yaml", fileOf(0));
  expect((await workplace.run(["apply", "state.yaml"])).code).toBe(0);
  await workplace.write("state.yaml", fileOf(1));
  const began = performance.now();
  await once(start(["apply", "--yes", "state.yaml"]), "exit");
  const wholeMs = performance.now() - began;
  let state = 1;
  let interrupted = 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    await workplace.write("state.yaml", fileOf(state + 1));
    const child = start(["apply", "--yes", "state.yaml"]);
    // most moments are in its second half, in which it writes
    const timer = setTimeout(() => child.kill("SIGINT"), wholeMs * (0.3 + (0.7 * attempt) / tries));
    const [, signal] = await once(child, "exit");
    clearTimeout(timer);
    if (signal === "SIGINT") interrupted += 1;
    const found = await orderings();
    expect(found).toHaveLength(1);
    expect([state, state + 1]).toContain(found[0]);
    state = found[0] as number;
  }
  expect(interrupted).toBeGreaterThan(0);
});
