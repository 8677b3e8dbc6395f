import type { MaybePromise } from "@bookend/core";

/** The places where servers provide the parameters of a path. */
interface WithParams {
  readonly params?: MaybePromise<object | undefined>;
}

/** Returns the `params` of the server's second argument (Next.js), or of the request (Bun). */
export function paramsOf(request: Request, rest: readonly unknown[]): MaybePromise<object | undefined> {
  for (const source of [rest[0], request]) {
    if (typeof source !== "object" || source === null) continue;
    const { params } = source as WithParams;
    if (typeof params === "object" && params !== null) return params;
  }
  return undefined;
}

/** Returns the server's second argument, with the path parameters replaced if it had any. */
export function withParams(rest: readonly unknown[], params: object): unknown[] {
  const [context, ...others] = rest;
  if (typeof context !== "object" || context === null) return [...rest];
  const given = (context as WithParams).params;
  if (typeof given !== "object" || given === null) return [...rest];
  const changed = "then" in given ? Promise.resolve(params) : params;
  return [Object.assign(Object.create(Object.getPrototypeOf(context)), context, { params: changed }), ...others];
}
