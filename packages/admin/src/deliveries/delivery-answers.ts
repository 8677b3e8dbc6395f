import { z } from "zod";
import { component } from "../answers/component.js";

const time = z.string().meta({ format: "date-time" });

/** States of a delivery. */
export const deliveryStates = ["waiting", "sending", "sent", "dead", "cancelled"] as const;

const deliveryFields = {
  id: z.string(),
  kind: z.string(),
  version: z.int(),
  destination: z.string(),
  summary: z.string(),
  state: z.enum(deliveryStates),
  attempt: z.int(),
  due: time,
  created: time,
  ended: time.optional(),
  reason: z.string().optional(),
  receipt: z
    .strictObject({
      state: z.enum(["delivered", "failed", "pending", "unknown"]),
      code: z.string().optional(),
      time,
    })
    .optional()
    .describe("What the peer reported after accepting the message, such as a delivery receipt for an SMS."),
  binding_id: z.int(),
  binding_name: z.string(),
  call: z.string(),
  event: z.string(),
};

/** A delivery, without its payload. */
export const deliveryAnswer = component("Delivery", z.strictObject(deliveryFields));

/** A delivery with its attempts. */
export const deliveryWithAttemptsAnswer = component(
  "DeliveryWithAttempts",
  z.strictObject({
    ...deliveryFields,
    attempts: z.array(
      z.strictObject({
        attempt: z.int(),
        time,
        duration_ms: z.number(),
        outcome: z.enum(["sent", "failed", "uncertain"]),
        reason: z.string().optional(),
        node: z.string(),
      }),
    ),
  }),
);

/** The deliveries that were changed or, in a dry run, would be changed. */
export const selectionAnswer = component(
  "DeliverySelection",
  z.strictObject({
    count: z.int(),
    ids: z.array(z.string()).describe("The first 1,000 ids."),
    dry_run: z.boolean(),
  }),
);

/** States of a destination. */
export const destinationStates = ["open", "paused", "disabled"] as const;

/** A destination with its state, and the numbers of its failures and of its deliveries that have not ended. */
export const destinationAnswer = component(
  "Destination",
  z.strictObject({
    name: z.string(),
    state: z.enum(destinationStates),
    paused_until: time.optional(),
    failures: z.int(),
    waiting: z.int(),
    sending: z.int(),
    oldest_waiting: time.optional(),
  }),
);
