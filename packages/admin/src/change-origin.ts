import type { Actor, ChangeOrigin } from "@bookend/core";
import type { AdminOptions } from "./options.js";
import type { RouteInput } from "./route.js";

/** Returns who makes a request and from which address, according to the host; for the history. */
export type OriginOf = (input: Pick<RouteInput, "request" | "context">, operation: string) => Promise<ChangeOrigin>;

/** Calls the host's `actor` and `client`. */
export function originOf({ actor, client }: Pick<AdminOptions<unknown>, "actor" | "client">): OriginOf {
  return async ({ request, context }, operation) => {
    const who: Actor | undefined = await actor?.({ request, context });
    const where = await client?.({ request, context });
    return { operation, ...(who !== undefined && { actor: who }), ...(where !== undefined && { client: where }) };
  };
}
