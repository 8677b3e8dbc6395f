import { setTimeout } from "node:timers/promises";
import { openDatabase, sql } from "@bookend/store-sql";
import { type KilledServer, withKilledServer } from "./killed-server.js";
import { ended, logIn, startServerProcess } from "./server-process.js";

/** Number of concurrent callers. */
const callers = 8;

/** Milliseconds within which a call must be answered. */
const answerMs = 30_000;

/** The counter that an action of each call increases. */
const counter = "tokens";

/** Milliseconds after the first response within which the server is killed. */
const longestMs = 400;

/** The result of killing a server again and again while it handles calls. */
export interface KilledCallsReport {
  readonly database: "sqlite" | "postgres";
  /** Number of kills. After each, the audit log was verified. */
  readonly rounds: number;
  /** The error that ended the run early. The other fields then describe the rounds before it. */
  readonly error?: string | undefined;
  /** Calls that succeeded. */
  readonly acknowledged: number;
  /** Calls without a response, which may or may not be stored. */
  readonly unanswered: number;
  /**
   * Statuses of other responses, and 0 for a call without a response before the server was killed. There must be none.
   */
  readonly unexpected: readonly number[];
  /**
   * Serials of acknowledged calls without their token, their row in the audit log or the row of their action. There
   * must be none.
   */
  readonly lost: readonly string[];
  /** Kills after which the audit log did not verify. There must be none. */
  readonly unverified: readonly number[];
  /** Value of the counter. */
  readonly counted: number;
  /** Number of rows in the audit log for the action that increases the counter. */
  readonly actions: number;
}

/** Options of a run. */
export interface KillCallsOptions {
  readonly database: "sqlite" | "postgres";
  /** Number of kills. */
  readonly rounds: number;
  /** Returns when the server is killed in a round: a fraction of {@link longestMs}, from 0 to 1. */
  readonly moment: (round: number) => number;
  /** Called after each round. */
  readonly onRound?: ((round: number) => void) | undefined;
  /** Ends the run after the current round, with a report. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a new server whose calls create tokens, with an action after each, and kills it repeatedly under that load. */
export function killDuringCalls(options: KillCallsOptions): Promise<KilledCallsReport | { readonly skip: string }> {
  return withKilledServer(options.database, (server) => killRounds(server, options));
}

async function killRounds(
  { config, url, withStore }: KilledServer,
  { database, rounds, moment, onRound, signal }: KillCallsOptions,
): Promise<KilledCallsReport> {
  const serials: string[] = [];
  const unexpected: number[] = [];
  const unverified: number[] = [];
  let unanswered = 0;
  const killInRound = async (round: number): Promise<void> => {
    const server = await startServerProcess(config);
    const authorization = await logIn(server.url);
    if (round === 0) await bindCounter(server.url, authorization);
    let killed = false;
    let answered: () => void = () => undefined;
    const first = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const caller = async (number: number) => {
      for (let count = 0; ; count++) {
        const serial = `S${round}X${number}X${count}`;
        const status = await createToken(server.url, authorization, serial);
        if (status === undefined) {
          if (killed) unanswered += 1;
          else unexpected.push(0);
          return;
        }
        if (status === 200) serials.push(serial);
        else unexpected.push(status);
        answered();
      }
    };
    const working = Array.from({ length: callers }, (_, number) => caller(number));
    // if there is no response at all, every caller ends
    await Promise.race([first, Promise.all(working)]);
    await setTimeout(moment(round) * longestMs);
    killed = true;
    server.process.kill("SIGKILL");
    await ended(server.process);
    await Promise.all(working);
    if (!(await withStore(async ({ audit }) => (await audit.verify()).ok))) unverified.push(round);
  };
  let done = 0;
  let error: string | undefined;
  try {
    for (; done < rounds && signal?.aborted !== true; done++) {
      await killInRound(done);
      onRound?.(done);
    }
  } catch (cause) {
    // the earlier rounds are reported nevertheless
    error = `round ${done}: ${String(cause)}`;
  }
  const kept = await stored(url, serials);
  return { database, rounds: done, error, acknowledged: serials.length, unanswered, unexpected, unverified, ...kept };
}

async function bindCounter(url: string, authorization: string): Promise<void> {
  const status = await post(`${url}/event/`, authorization, {
    name: "Count tokens",
    event: "token_init",
    handlermodule: "Counter",
    action: "increase_counter",
    position: "post",
    ordering: 0,
    options: { counter_name: counter },
    conditions: {},
  });
  if (status !== 200) throw new Error(`The response to the binding had status ${status}.`);
}

/** Returns the status of the response; undefined if there was none. */
async function createToken(url: string, authorization: string, serial: string): Promise<number | undefined> {
  return post(`${url}/token/init`, authorization, { type: "spass", serial, pin: "1" }).catch(() => undefined);
}

async function post(url: string, authorization: string, body: object): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerMs),
  });
  await response.arrayBuffer();
  return response.status;
}

async function stored(
  url: string,
  serials: readonly string[],
): Promise<Pick<KilledCallsReport, "lost" | "counted" | "actions">> {
  const database = await openDatabase<object>({ url });
  try {
    const serialsIn = async (query: ReturnType<typeof sql<{ serial: string }>>) =>
      new Set((await query.execute(database.db)).rows.map(({ serial }) => serial));
    const tokens = await serialsIn(sql<{ serial: string }>`select serial from token`);
    const calls = await serialsIn(
      sql<{
        serial: string;
      }>`select serial from bookend_audit where success = 1 and serial is not null and parent is null`,
    );
    const acted = await serialsIn(
      sql<{
        serial: string;
      }>`select call.serial from bookend_audit as action join bookend_audit as call on call.id = action.parent where action.handler = 'Counter'`,
    );
    const { rows: actions } = await sql<{
      n: number;
    }>`select count(*) as n from bookend_audit where handler = 'Counter'`.execute(database.db);
    const { rows: counted } = await sql<{
      n: number;
    }>`select coalesce(sum(value), 0) as n from bookend_counter where name = ${counter}`.execute(database.db);
    return {
      lost: serials.filter((serial) => !tokens.has(serial) || !calls.has(serial) || !acted.has(serial)),
      counted: Number(counted[0]?.n),
      actions: Number(actions[0]?.n),
    };
  } finally {
    await database.close();
  }
}
