// `pnpm bench:compare <tarball of a former @bookend/core> [runs]`: compares its dispatch times with those of this
// build. Each run is a separate process that measures both in turn. A figure fails if the median of its ratios is more
// than 15 % worse.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const allowed = 1.15;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [tarball, runs = "9"] = process.argv.slice(2);
if (!tarball || !/^[1-9]\d?$/.test(runs)) {
  console.error("usage: pnpm bench:compare <tarball of @bookend/core> [runs, default 9]");
  process.exit(2);
}

// in a directory below this package, so that the former build finds its dependencies
mkdirSync(`${root}/node_modules`, { recursive: true });
const folder = mkdtempSync(`${root}/node_modules/.former-`);
const measured = [];
try {
  execFileSync("tar", ["-xzf", resolve(process.env.INIT_CWD ?? ".", tarball), "-C", folder]);
  const urls = [`${folder}/package/dist/index.js`, `${root}/dist/index.js`].map((file) => pathToFileURL(file).href);
  for (let run = 1; run <= Number(runs); run++) {
    const output = execFileSync(process.execPath, ["--import", "tsx", "bench/figures.ts", ...urls], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    measured.push(JSON.parse(output));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

let worse = 0;
console.log(`       ${"".padEnd(42)}${"former".padStart(14)}${"now".padStart(14)}${"ratio".padStart(9)}`);
for (const name of Object.keys(measured[0])) {
  const times = [0, 1].map((build) => `${median(measured.map((run) => run[name][build])).toFixed(1)} ns`);
  const ratio = median(measured.map((run) => run[name][1] / run[name][0]));
  if (ratio > allowed) worse++;
  const cells = [...times.map((time) => time.padStart(14)), `${ratio.toFixed(2)}×`.padStart(9)];
  console.log(`${ratio > allowed ? "worse" : "     "}  ${name.padEnd(42)}${cells.join("")}`);
}
if (worse > 0) process.exit(1);
