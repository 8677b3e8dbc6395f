import { AbortCall, type Call, defineHandler, failed, type Handler } from "@bookend/core";
import { z } from "zod";

/** A copy of the call at the time when an action ran. */
export interface Sighting {
  readonly call: Call;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: unknown;
}

/** Creates a handler that records what it sees, and changes a call as its options request. */
export function probe(): { readonly handler: Handler; readonly sightings: readonly Sighting[] } {
  const sightings: Sighting[] = [];
  const handler = defineHandler({
    id: "Probe",
    description: "Records what it sees.",
    positions: ["pre", "post"],
    actions: {
      note: {
        description: "Notes the call.",
        options: z.strictObject({}),
        run: ({ call }) => {
          sightings.push({
            call,
            parameters: { ...call.request.parameters },
            status: call.response?.status,
            headers: call.response?.headers && { ...call.response.headers },
            body: call.response?.body,
          });
        },
      },
      set_parameter: {
        description: "Sets a parameter.",
        options: z.strictObject({ name: z.string(), value: z.string() }),
        run: ({ call, options }) => {
          call.request.parameters[options.name] = options.value;
        },
      },
      respond: {
        description: "Replaces the response.",
        options: z.strictObject({
          status: z.number(),
          body: z.unknown().optional(),
          headers: z.record(z.string(), z.string()).optional(),
        }),
        run: ({ call, options }) => {
          call.response = { status: options.status, headers: options.headers, body: options.body };
        },
      },
      add_to_body: {
        description: "Sets a member of the body.",
        options: z.strictObject({ name: z.string(), value: z.string() }),
        run: ({ call, options }) => {
          Object.assign(call.response?.body as object, { [options.name]: options.value });
        },
      },
      fail: { description: "Fails.", options: z.strictObject({}), run: () => failed("on purpose") },
      abort: {
        description: "Aborts the call.",
        options: z.strictObject({}),
        run: () => {
          throw new AbortCall("not today", { status: 423 });
        },
      },
    },
  });
  return { handler, sightings };
}
