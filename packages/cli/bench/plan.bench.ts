// Measures the time and memory that the built commands plan and list need for 5,000 bindings, as medians of three runs,
// and those of a single apply. `node … plan.bench.ts [count]`
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const count = Number(process.argv[2] ?? 5_000);
const directory = await mkdtemp(join(tmpdir(), "bookend-plan-"));

function fileOf(changed: boolean): string {
  const lines = ["bindings:"];
  for (let index = 0; index < count; index++) {
    lines.push(
      `  binding ${index}:`,
      "    event: [token_init, token_delete]",
      "    handlermodule: WebHook",
      "    action: post_webhook",
      `    ordering: ${index % 50}`,
      "    conditions:",
      `      client_ip: 10.${index % 200}.0.0/16`,
      "      realm: corp, sales",
      "    options:",
      `      URL: https://hooks.example/${changed && index % 10 === 0 ? "new" : "old"}/${index}`,
      "      content_type: json",
      `      data: '{"serial": "{serial}", "user": "{user}", "number": ${index}}'`,
      '      replace: "1"',
    );
  }
  return `${lines.join("\n")}\n`;
}

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** Number of runs of each command, of which the median is reported. */
const runs = 3;

/** Prints the resource usage of the process when it ends. */
const measure = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); console.error(maxRSS + " " + (userCPUTime + systemCPUTime) / 1e6); });',
)}`;

/** Builds the command line and the packages that it uses, since users run the build. */
async function build(): Promise<void> {
  console.log("Building @bookend/cli and the packages that it uses.");
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const args = ["exec", "turbo", "run", "build", "--filter=@bookend/cli...", "--output-logs=errors-only"];
  const child = spawn("pnpm", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`The build failed with exit code ${code}.`);
}

interface Measured {
  readonly wallMs: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly code: number;
}

async function runOnce(args: readonly string[]): Promise<Measured> {
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", measure, main, ...args], {
    cwd: directory,
    env: { ...process.env, BOOKEND_DATABASE: `sqlite:${directory}/bookend.db` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  const [kilobytes, seconds] = stderr.trim().split("\n").at(-1)?.split(" ") ?? [];
  const wallMs = performance.now() - began;
  return { wallMs, cpuSeconds: Number(seconds), megabytes: Number(kilobytes) / 1024, code };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

async function run(...args: readonly string[]): Promise<void> {
  const results: Measured[] = [];
  for (let index = 0; index < runs; index++) results.push(await runOnce(args));
  const of = (name: keyof Measured) => median(results.map((result) => result[name]));
  console.log(
    `${args.join(" ")}: ${Math.round(of("wallMs"))} ms, ${of("cpuSeconds").toFixed(1)} s of processor, ${Math.round(of("megabytes"))} MB, exit code ${of("code")}`,
  );
}

try {
  await build();
  await writeFile(join(directory, "old.yaml"), fileOf(false));
  await writeFile(join(directory, "new.yaml"), fileOf(true));
  await run("list", "--create");
  const applied = await runOnce(["apply", "--yes", "old.yaml"]);
  console.log(`apply --yes old.yaml: ${Math.round(applied.wallMs)} ms, ${Math.round(applied.megabytes)} MB, once`);
  await runOnce(["export", "--json", "--out", "old.json"]);
  await run("plan", "old.yaml");
  await run("plan", "old.json");
  await run("plan", "new.yaml");
  await run("plan", "--prune", "new.yaml");
  await run("list");
} finally {
  await rm(directory, { recursive: true });
}
