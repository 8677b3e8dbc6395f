import { isPromise, type MaybePromise } from "@bookend/core";
import type { FastifyReply } from "fastify";

type Answer = { readonly payload: unknown } | { readonly error: unknown };

/**
 * Runs a handler and returns its response, whether it was returned or passed to `reply.send`, which then no longer sends anything.
 * Throws, or rejects with, what the handler threw or sent as an error. The first answer counts.
 * For a hijacked reply it returns `undefined`: the handler sends the response itself.
 */
export function holdBack(reply: FastifyReply, run: () => unknown): MaybePromise<unknown> {
  let answer: Answer | undefined;
  let answered: ((answer: Answer) => void) | undefined;
  const settle = (given: Answer) => {
    if (answer) {
      reply.log.warn(
        { err: "error" in given ? given.error : undefined },
        "the handler answered twice; the first counts",
      );
      return;
    }
    answer = given;
    answered?.(given);
  };
  reply.send = (payload?: unknown) => {
    settle(payload instanceof Error ? { error: payload } : { payload });
    return reply;
  };
  try {
    const result = run();
    // a reply is a thenable too, which settles when the response is out: it says nothing of the answer
    if (result !== reply && isPromise(result)) {
      result.then(
        (payload) => {
          if (payload !== undefined || !answer) settle({ payload });
        },
        (error: unknown) => settle({ error }),
      );
    } else if (result !== undefined && result !== reply) settle({ payload: result });
    else if (reply.sent) settle({ payload: undefined });
  } catch (error) {
    settle({ error });
  }
  if (answer) return unwrap(answer);
  return new Promise<Answer>((resolve) => {
    answered = resolve;
  }).then(unwrap);
}

function unwrap(answer: Answer): unknown {
  if ("error" in answer) throw answer.error;
  return answer.payload;
}
