import { z } from "zod";
import { actorItem } from "../actor-item.js";
import { actorAnswer } from "../answers/history-answers.js";
import { AdminError } from "../errors.js";
import { refuseUnknown } from "../fields.js";
import type { AdminDenied, AdminObject, AdminOptions, Feature } from "../options.js";
import { type Right, rights } from "../rights.js";
import { type Route, type RouteInput, routeOf } from "../route.js";

const features = ["history", "audit", "deliveries", "calls", "preview"] as const satisfies readonly Feature[];

/** A request and the object that it is about. */
export interface AllowedInput extends Pick<RouteInput, "request" | "context"> {
  readonly object?: AdminObject | undefined;
}

/** Asks the host whether the sender of a request has a right, in addition to the right that the route requires. */
export type IsAllowed = (input: AllowedInput, right: Right) => Promise<true | AdminDenied>;

/** Returns the routes that describe the API itself. */
export function ownRoutes(
  { actor }: Pick<AdminOptions<unknown>, "actor">,
  isAllowed: IsAllowed,
  provided: readonly Feature[],
  documents: { readonly openapi: () => object; readonly asyncapi: () => Promise<object> },
): readonly Route[] {
  return [
    {
      method: "GET",
      path: "rights",
      operation: "rights",
      right: undefined,
      summary: "The caller's rights, and the features that this server provides.",
      parameters: z.strictObject({}),
      answer: z.strictObject({
        rights: z.array(z.enum(rights)),
        user: actorAnswer.optional().describe("Absent if the host does not identify callers."),
        features: z.array(z.enum(features)),
      }),
      async run(input) {
        refuseUnknown(input.fields, []);
        const granted: Right[] = [];
        let denied: AdminDenied | undefined;
        for (const right of rights) {
          const allowed = await isAllowed(input, right);
          if (allowed === true) granted.push(right);
          else denied ??= allowed;
        }
        // a caller without any right is refused, as with any other request
        if (granted.length === 0 && denied) throw new AdminError(denied.status, denied.code, denied.message);
        const who = await actor?.({ request: input.request, context: input.context });
        return { value: { rights: granted, ...(who && { user: actorItem(who) }), features: provided } };
      },
    },
    routeOf(
      {
        method: "GET",
        path: "openapi.json",
        operation: "openapi",
        right: undefined,
        summary: "This document.",
        parameters: z.strictObject({}),
        answer: z.record(z.string(), z.unknown()),
        media: "application/json",
      },
      () => Response.json(documents.openapi()),
    ),
    routeOf(
      {
        method: "GET",
        path: "asyncapi.json",
        operation: "asyncapi",
        right: "bindings:read",
        summary: "The AsyncAPI 3.0 document: the events that calls raise, and the webhooks that active bindings post.",
        parameters: z.strictObject({}),
        answer: z.record(z.string(), z.unknown()),
        media: "application/json",
      },
      async () => Response.json(await documents.asyncapi()),
    ),
  ];
}
