import { setTimeout } from "node:timers/promises";
import type { Store } from "@bookend/store-sql";
import { importedBindings } from "./imported-bindings.js";
import { type KilledServer, withKilledServer } from "./killed-server.js";
import { ended, logIn, startServerProcess } from "./server-process.js";

/** The result of killing a server while it replaces all bindings. */
export interface KillReport {
  readonly database: "sqlite" | "postgres";
  /** Number of kills after which exactly the old, or exactly the new bindings were stored. */
  readonly old: number;
  readonly new: number;
  /** Other rows that were stored after a kill. There must be none. */
  readonly mixed: readonly string[];
  /** Duration of a replacement without a kill, in milliseconds. */
  readonly replaceMs: number;
}

/** Options of a run. */
export interface KillOptions {
  readonly database: "sqlite" | "postgres";
  /** Number of kills. */
  readonly rounds: number;
  /** Number of bindings in a set. */
  readonly bindings?: number | undefined;
  /** Returns when the server is killed in a round: a fraction, from 0 to 1, of the duration of a replacement. */
  readonly moment: (round: number) => number;
  /** Called after each round. */
  readonly onRound?: ((round: number) => void) | undefined;
}

/** Runs a new server that replaces one set of bindings with another, and kills it while it does so. */
export function killDuringReplace(options: KillOptions): Promise<KillReport | { readonly skip: string }> {
  return withKilledServer(options.database, (server) => killRounds(server, options));
}

async function killRounds(
  { config, withStore }: KilledServer,
  { database, rounds, bindings: count = 300, moment, onRound }: KillOptions,
): Promise<KillReport> {
  const counts = { old: 0, new: 0 };
  const mixed: string[] = [];
  let stored = "set 0";
  let replaceMs = 0;
  for (let round = 0; round < rounds; round++) {
    const server = await startServerProcess(config);
    const authorization = await logIn(server.url);
    const replace = (prefix: string) =>
      fetch(`${server.url}/event/import?mode=replace`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(importedBindings(count, prefix)),
      });
    if (round === 0) {
      await replace(stored);
      const started = performance.now();
      await replace(stored);
      replaceMs = Math.round(performance.now() - started);
    }
    const wanted = `set ${round + 1}`;
    const answer = replace(wanted).then(
      ({ status }) => `status ${status}`,
      () => "killed",
    );
    await setTimeout(moment(round) * replaceMs);
    server.process.kill("SIGKILL");
    await ended(server.process);
    const how = await answer;
    const found = await withStore(storedSets);
    const isNew = found === `${count} of ${wanted}`;
    if (isNew) counts.new += 1;
    else if (how !== "status 200" && found === `${count} of ${stored}`) counts.old += 1;
    else mixed.push(`round ${round}, ${how}: ${found}`);
    if (isNew) stored = wanted;
    onRound?.(round);
  }
  return { database, ...counts, mixed, replaceMs };
}

/** Returns the number of active bindings of each set that are stored, such as `300 of set 1`. */
async function storedSets({ bindings }: Store): Promise<string> {
  const counts = new Map<string, number>();
  for (const { name, active } of await bindings.list()) {
    const set = `${active ? "" : "inactive "}${name.replace(/ \d+$/, "")}`;
    counts.set(set, (counts.get(set) ?? 0) + 1);
  }
  return [...counts].map(([set, count]) => `${count} of ${set}`).join(", ");
}
