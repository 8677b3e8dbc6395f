import { problemMessage } from "@bookend/core";

/** Default milliseconds within which the other process must reply. */
const defaultDeadlineMs = 10_000;

/**
 * Maximum number of pending requests. If there are as many, the other process is assumed to hang, and `ask` fails at
 * once.
 */
const maxOpen = 10_000;

/** A channel between two processes, such as the one that node:cluster opens to a worker. */
export interface Port {
  /** Sends a message; `sent` then receives the error, or null if there was none. */
  send(message: Message, sent: (error: Error | null) => void): void;
  onMessage(receive: (message: unknown) => void): void;
}

/** One end of a channel. Each side sends requests and replies. */
export interface Peer {
  /**
   * Sends a request to the other process.
   *
   * @param deadlineMs Milliseconds within which the reply must arrive. Default 10,000.
   * @throws {Error} if no reply arrives in time, too many requests are pending, or the other process has ended or fails
   * to reply
   */
  ask(question: string, value?: unknown, deadlineMs?: number): Promise<unknown>;
  /** Rejects all pending requests because the other process has ended. */
  close(): void;
}

/** The messages between the processes. */
export type Message =
  | { readonly bookend: "question"; readonly id: number; readonly question: string; readonly value: unknown }
  | { readonly bookend: "answer"; readonly id: number; readonly value?: unknown; readonly failed?: true };

/** The request handlers of a process, by the name of the request. */
export type Answers = Readonly<Record<string, (value: never) => unknown>>;

/** Opens this side of a channel. */
export function openPeer(port: Port, answers: Answers): Peer {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let closed = false;
  const settle = (
    id: number,
    end: (waiting: { resolve(value: unknown): void; reject(error: Error): void }) => void,
  ) => {
    const waiting = open.get(id);
    if (waiting === undefined) return;
    open.delete(id);
    end(waiting);
  };
  const answer = async (id: number, question: string, value: unknown): Promise<void> => {
    let message: Message;
    try {
      const found = Object.hasOwn(answers, question) ? answers[question] : undefined;
      if (found === undefined)
        throw new Error(problemMessage(`${question} is not known`, Object.keys(answers).join(", "), "question"));
      message = { bookend: "answer", id, value: await found(value as never) };
    } catch {
      message = { bookend: "answer", id, failed: true };
    }
    // a process that has ended needs no reply
    if (!closed) port.send(message, () => undefined);
  };
  port.onMessage((message) => {
    if (!isMessage(message)) return;
    if (message.bookend === "question") void answer(message.id, message.question, message.value);
    else if (message.failed)
      settle(message.id, ({ reject }) => reject(new Error("The other process failed to reply.")));
    else settle(message.id, ({ resolve }) => resolve(message.value));
  });
  return {
    async ask(question, value, deadlineMs = defaultDeadlineMs) {
      if (closed || open.size >= maxOpen)
        throw new Error(`The request was not sent to the other process: "${question}".`);
      const id = ++last;
      const answered = new Promise<unknown>((resolve, reject) => open.set(id, { resolve, reject }));
      const fail = (reason: string) => settle(id, ({ reject }) => reject(new Error(`"${question}": ${reason}.`)));
      const timer = setTimeout(() => fail(`the other process did not reply within ${deadlineMs} ms`), deadlineMs);
      try {
        port.send({ bookend: "question", id, question, value }, (error) => {
          if (error !== null) fail("the other process cannot be reached");
        });
        return await answered;
      } finally {
        clearTimeout(timer);
        open.delete(id);
      }
    },
    close() {
      closed = true;
      for (const { reject } of open.values()) reject(new Error("The other process has ended."));
      open.clear();
    },
  };
}

/** Returns whether a message was sent by a {@link Peer}. Other code may send messages over the same channel. */
function isMessage(message: unknown): message is Message {
  return typeof message === "object" && message !== null && "bookend" in message;
}
