import type { Challenge, Container, Token } from "../contracts/directories.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import type { CallUser } from "./call-user.js";

/** The results of lookups. All fields are initialized, so that all memos have the same hidden class. */
export interface FactMemo {
  token: MaybePromise<Token | null> | undefined;
  tokens: MaybePromise<readonly Token[]> | undefined;
  user: MaybePromise<CallUser | null> | undefined;
  tokenOwner: MaybePromise<CallUser | null> | undefined;
  tokenResolvers: MaybePromise<readonly string[]> | undefined;
  tokenContainer: MaybePromise<Container | null> | undefined;
  userTokens: MaybePromise<readonly Token[] | null> | undefined;
  userTokenCount: MaybePromise<number | null> | undefined;
  container: MaybePromise<Container | null> | undefined;
  userContainerCount: MaybePromise<number | null> | undefined;
  challenges: MaybePromise<readonly Challenge[]> | undefined;
}

/** Creates a memo without results. */
export function emptyMemo(): FactMemo {
  return {
    token: undefined,
    tokens: undefined,
    user: undefined,
    tokenOwner: undefined,
    tokenResolvers: undefined,
    tokenContainer: undefined,
    userTokens: undefined,
    userTokenCount: undefined,
    container: undefined,
    userContainerCount: undefined,
    challenges: undefined,
  };
}

/** Turns an exception of a lookup into a rejection, so that it fails for each caller. */
export function attempt<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    return Promise.reject(error) as T;
  }
}

/** Calls `store` when a promise resolves; a known value does not need to be stored. */
export function whenKnown<T>(value: MaybePromise<T>, store: (value: T) => void): void {
  if (isPromise(value)) value.then(store, () => undefined);
}
