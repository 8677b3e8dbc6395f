import type { Actor, ChangeOrigin } from "@bookend/core";
import type { AdminOptions } from "./options.js";
import type { RouteInput } from "./route.js";

/** Returns the origin of a change for the history: the operation, who makes the request, and from which address. */
export type OriginOf = (input: Pick<RouteInput, "request" | "context">, operation: string) => Promise<ChangeOrigin>;

/** Returns a function that asks the host's `actor` and `client` for the origin of a change. */
export function originOf({ actor, client }: Pick<AdminOptions<unknown>, "actor" | "client">): OriginOf {
  return async ({ request, context }, operation) => {
    const who: Actor | undefined = await actor?.({ request, context });
    const where = await client?.({ request, context });
    return { operation, ...(who !== undefined && { actor: who }), ...(where !== undefined && { client: where }) };
  };
}
