import pg from "pg";

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

/** What a listener on a channel is told. */
export interface ChannelListener {
  message(payload: string): void;
  /** Listening began, for the first time or again: what was sent before is lost. */
  listening(): void;
}

/** Listens on a channel of PostgreSQL over a connection of its own, again and again when that breaks; returns what ends it. */
export function listenOnPostgres(url: string, channel: string, listener: ChannelListener): () => Promise<void> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;
  let stopped = false;

  const connect = async () => {
    const connection = new pg.Client({ connectionString: url, keepAlive: true });
    client = connection;
    let broken = false;
    const breakOff = () => {
      if (broken || stopped) return;
      broken = true;
      connection.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), retryMs).unref();
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
    connection.on("error", breakOff);
    connection.on("end", breakOff);
    connection.on("notification", ({ payload = "" }) => listener.message(payload));
    try {
      await connection.connect();
      await connection.query(`listen ${connection.escapeIdentifier(channel)}`);
      retryMs = FIRST_RETRY_MS;
      if (!stopped) listener.listening();
    } catch {
      breakOff();
    }
  };
  void connect();

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}
