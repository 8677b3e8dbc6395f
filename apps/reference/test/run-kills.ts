import { killDuringCalls } from "./kill-calls.js";
import { killDuringReplace } from "./kill-replace.js";

// run-kills.ts [ROUNDS] [calls|replace]: on each database, kills a server at ROUNDS random moments while it handles
// calls, and at as many while it replaces bindings. Prints what was stored.
const rounds = Number(process.argv[2] ?? 20);
const what = process.argv[3] ?? "";
const moment = () => Math.random();
// shows the progress, in case the run does not finish
const onRound = (round: number) => {
  if ((round + 1) % 10 === 0) console.error(`${round + 1} of ${rounds} rounds`);
};
process.on("exit", (code) => {
  // Node.js exits with 13, without an error, if a promise at the top level can no longer settle
  if (code === 13) console.error("The run ended early: it waited for something that can no longer happen.");
});
const stop = new AbortController();
// after a signal, the report covers the rounds so far
for (const name of ["SIGTERM", "SIGHUP", "SIGINT"] as const) process.once(name, () => stop.abort());
for (const database of ["sqlite", "postgres"] as const) {
  if ("calls".startsWith(what)) {
    const report = await killDuringCalls({ database, rounds, moment, onRound, signal: stop.signal });
    console.log(JSON.stringify(report));
    if ("skip" in report || report.error !== undefined) process.exitCode = 1;
    else if (report.lost.length + report.unverified.length + report.unexpected.length > 0) process.exitCode = 1;
    else if (report.counted < report.actions) process.exitCode = 1;
  }
  if ("replace".startsWith(what)) {
    // moments are below 1: after a complete replacement, a kill would prove nothing
    const report = await killDuringReplace({ database, rounds, moment, onRound });
    console.log(JSON.stringify(report));
    if ("skip" in report || report.mixed.length > 0) process.exitCode = 1;
  }
}
