import { isPromise } from "@bookend/core";
import type { FastifyReply } from "fastify";

/** A reply that is not sent yet. */
export interface HeldReply {
  /**
   * The value that was returned or passed to `reply.send` first; rejects with the value that was thrown or sent as an
   * error. `undefined` for a hijacked reply.
   */
  readonly answer: Promise<unknown>;
  /**
   * Runs the handler. An error that is passed to `reply.send` while or after the handler runs rejects `answer`, instead
   * of reaching the route's error handler.
   */
  run(handler: () => unknown): void;
  /** Responds with an error. */
  fail(error: unknown): void;
  isAnswered(): boolean;
  /** Lets `reply.send` send again. */
  release(): void;
}

/**
 * The property `sent` of a reply that is answered but held back. One getter for all replies: if each had its own, V8
 * would keep the properties of every reply in a hash table, and each access by Fastify would be a search.
 */
const isSent: PropertyDescriptor = { configurable: true, get: () => true };

/** Keeps a reply from being sent until it is released. */
export function holdBack(reply: FastifyReply): HeldReply {
  const { send } = reply;
  let inHandler = false;
  let isAnswered = false;
  let resolve: (payload: unknown) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const answer = new Promise<unknown>((resolves, rejects) => {
    resolve = resolves;
    reject = rejects;
  });
  // a rejected answer must not end the process, even if nothing awaits it
  answer.catch(() => undefined);

  const first = (error?: unknown): boolean => {
    if (isAnswered) reply.log.warn({ err: error }, "the handler responded twice; the first response counts");
    else Object.defineProperty(reply, "sent", isSent);
    const isFirst = !isAnswered;
    isAnswered = true;
    return isFirst;
  };
  const settle = (payload: unknown) => {
    if (first()) resolve(payload);
  };
  const fail = (error: unknown) => {
    if (first(error)) reject(error);
  };
  const hijacked = () => {
    if (!isAnswered && reply.sent) settle(undefined);
  };

  const keep = (payload?: unknown) => {
    if (!(payload instanceof Error)) settle(payload);
    else if (inHandler || isAnswered) fail(payload);
    // an error of a hook or the validation: Fastify calls the route's error handler
    else send.call(reply, payload);
    return reply;
  };
  // A variable first: V8 creates a function that is written as the value of a property in its old generation, and
  // everything that such a function refers to, which is the whole call, then lives until the next full collection.
  reply.send = keep;
  reply.raw.once("close", hijacked);

  return {
    answer,
    fail,
    isAnswered: () => isAnswered,
    run(handler) {
      inHandler = true;
      try {
        const result = handler();
        // a reply is a thenable too, but it settles when the response has been sent, so it does not provide the
        // response
        if (result !== reply && isPromise(result)) {
          result.then((payload) => {
            if (payload !== undefined || !isAnswered) settle(payload);
          }, fail);
        } else if (result !== undefined && result !== reply) settle(result);
        else hijacked();
      } catch (error) {
        fail(error);
      }
    },
    release() {
      reply.send = send;
      Reflect.deleteProperty(reply, "sent");
      reply.raw.off("close", hijacked);
    },
  };
}
