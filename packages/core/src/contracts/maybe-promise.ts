/** A value, or a promise for it. A known value does not need a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** Returns whether a value must be awaited. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** Applies `fn` immediately if the value is known, otherwise once the promise resolves. */
export function mapMaybe<T, U>(value: MaybePromise<T>, fn: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(fn) : fn(value);
}
