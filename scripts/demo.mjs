// `npm run demo`: installs the dependencies, builds, and starts the demo. Ctrl-C stops it.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { install, root, runOrExit, turbo } from "./run.mjs";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Bookend needs Node.js 20.19 or later; this is ${process.versions.node}.`);
  process.exit(1);
}

console.log("1/3 Installing (first time: a minute) …");
install();
console.log("2/3 Building (first time: half a minute) …");
runOrExit([...turbo, "run", "build", "--filter=@bookend/demo...", "--output-logs=errors-only", "--log-order=grouped"]);
console.log("3/3 Starting …\n");

const server = spawn(process.execPath, [join(root, "apps/demo/dist/main.js")], {
  stdio: "inherit",
  env: { DATA_DIR: join(root, ".bookend"), ...process.env },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
