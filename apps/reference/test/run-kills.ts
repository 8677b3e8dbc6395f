import { killDuringReplace } from "./kill-replace.js";

// run-kills.ts [ROUNDS]: kills a server at that many random moments of a replacement, for each database, and prints what was stored
const rounds = Number(process.argv[2] ?? 20);
for (const database of ["sqlite", "postgres"] as const) {
  // a kill after the end says nothing new: the new set is there
  const report = await killDuringReplace({ database, rounds, moment: () => Math.random() });
  console.log(JSON.stringify(report));
  if ("skip" in report || report.mixed.length > 0) process.exitCode = 1;
}
