import { killDuringCalls } from "./kill-calls.js";
import { killDuringReplace } from "./kill-replace.js";

// run-kills.ts [ROUNDS] [calls|replace]: kills a server at that many random moments of a load of calls and of a
// replacement, for each database, and prints what was stored
const rounds = Number(process.argv[2] ?? 20);
const what = process.argv[3] ?? "";
const moment = () => Math.random();
// an unfinished run shows how far it came, and why it ended
const onRound = (round: number) => {
  if ((round + 1) % 10 === 0) console.error(`${round + 1} of ${rounds} rounds`);
};
process.on("exit", (code) => {
  // a promise that never settles ends the process without an error
  if (code === 13) console.error("The run ended early: it waited for something that can no longer happen.");
});
const stop = new AbortController();
// the report then covers the rounds so far
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
    // a kill after the end would show nothing: the new set is stored
    const report = await killDuringReplace({ database, rounds, moment, onRound });
    console.log(JSON.stringify(report));
    if ("skip" in report || report.mixed.length > 0) process.exitCode = 1;
  }
}
