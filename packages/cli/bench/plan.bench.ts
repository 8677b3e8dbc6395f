// How long plan and apply take for 5,000 bindings, and how much memory, in a process of their own. `node … plan.bench.ts [count]`
import { spawn } from "node:child_process";
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

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Prints what the process took, when it ends. */
const measure = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { maxRSS, userCPUTime } = process.resourceUsage(); console.error(maxRSS + " " + userCPUTime / 1e6); });',
)}`;

async function run(...args: readonly string[]): Promise<void> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ["-C", "@bookend/source", "--import", import.meta.resolve("tsx"), "--import", measure, main, ...args],
    {
      cwd: directory,
      env: { ...process.env, BOOKEND_DATABASE: `sqlite:${directory}/bookend.db` },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise((done) => child.on("close", done));
  const [kilobytes = "?", seconds = "?"] = stderr.trim().split("\n").at(-1)?.split(" ") ?? [];
  const wall = Math.round(performance.now() - began);
  console.log(
    `${args.join(" ")}: ${wall} ms, ${seconds} s of processor, ${Math.round(Number(kilobytes) / 1024)} MB, exit code ${code}`,
  );
}

try {
  await writeFile(join(directory, "old.yaml"), fileOf(false));
  await writeFile(join(directory, "new.yaml"), fileOf(true));
  await run("list", "--create");
  await run("apply", "--yes", "old.yaml");
  await run("plan", "old.yaml");
  await run("plan", "new.yaml");
  await run("plan", "--prune", "new.yaml");
  await run("list");
} finally {
  await rm(directory, { recursive: true });
}
