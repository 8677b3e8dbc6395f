import pg from "pg";
import { withDeadline } from "./deadline.js";
import { trackSockets } from "./postgres-sockets.js";

const firstRetryMs = 250;
const lastRetryMs = 2_000;

/** Times of a listener, in milliseconds. */
export interface ListenerTimes {
  /** Time between checks of the connection. */
  readonly checkMs: number;
  /** Time limit for connecting, listening and a check. */
  readonly answerMs: number;
}

const defaultTimes: ListenerTimes = { checkMs: 10_000, answerMs: 5_000 };

/** The events of a listener on a channel. */
export interface ChannelListener {
  message(payload: string): void;
  /** Called when listening has begun, for the first time or again. Earlier notifications are lost. */
  listening(): void;
}

/**
 * Listens on a PostgreSQL channel over a separate connection, and reconnects when the connection breaks or falls
 * silent.
 *
 * @returns a function that stops listening.
 */
export function listenOnPostgres(
  url: string,
  channel: string,
  listener: ChannelListener,
  { checkMs, answerMs }: ListenerTimes = defaultTimes,
): () => Promise<void> {
  const sockets = trackSockets();
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;
  let stopped = false;

  const connect = async () => {
    const connection = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: answerMs,
      stream: sockets.stream,
    });
    client = connection;
    let broken = false;
    const breakOff = () => {
      if (broken || stopped) return;
      broken = true;
      clearTimeout(timer);
      connection.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), retryMs).unref();
      retryMs = Math.min(retryMs * 2, lastRetryMs);
    };
    const ask = (text: string) =>
      withDeadline(connection.query(text), answerMs, () => new Error("the connection has fallen silent"));
    const check = () => {
      timer = setTimeout(() => void ask("select 1").then(check, breakOff), checkMs).unref();
    };
    connection.on("error", breakOff);
    connection.on("end", breakOff);
    connection.on("notification", ({ payload = "" }) => listener.message(payload));
    try {
      await connection.connect();
      await ask(`listen ${connection.escapeIdentifier(channel)}`);
      if (stopped || broken) return;
      retryMs = firstRetryMs;
      check();
      listener.listening();
    } catch {
      breakOff();
    }
  };
  void connect();

  return async () => {
    stopped = true;
    clearTimeout(timer);
    client?.end().catch(() => undefined);
    await sockets.close();
  };
}
