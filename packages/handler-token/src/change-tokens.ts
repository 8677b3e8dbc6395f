import { type ActionContext, failed, type MaybePromise, type Outcome, type Token } from "@bookend/core";

/** The result for one token. */
export interface TokenAnswer<T> {
  readonly serial: string;
  readonly answer: T;
}

/**
 * Changes the tokens that the call names, one after the other. If the call names none, changes the only token of its
 * user. Fails if there is no token. `end` returns the result of the action (default: done). If `refuse` returns a
 * reason for any token, none is changed.
 */
export async function changeTokens<T>(
  { facts, signal }: Pick<ActionContext<unknown>, "facts" | "signal">,
  change: (serial: string) => MaybePromise<T>,
  end: (answers: readonly TokenAnswer<T>[]) => Outcome | undefined = () => undefined,
  refuse: (token: Token) => string | undefined = () => undefined,
): Promise<Outcome | undefined> {
  const existing = await facts.existingTokens();
  // a call without a serial has at most one token
  const tokens = facts.serials.length > 0 || existing.length === 1 ? existing : [];
  if (tokens.length === 0) return failed("The call has no token.");
  for (const token of tokens) {
    const reason = refuse(token);
    if (reason !== undefined) return failed(reason);
  }
  const answers: TokenAnswer<T>[] = [];
  for (const { serial } of tokens) {
    signal.throwIfAborted();
    answers.push({ serial, answer: await change(serial) });
  }
  return end(answers);
}
