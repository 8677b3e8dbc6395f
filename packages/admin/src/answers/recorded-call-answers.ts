import { z } from "zod";
import { textAnswer } from "./call-answers.js";
import { component } from "./component.js";
import { actorAnswer } from "./history-answers.js";

const instant = z.string().meta({ format: "date-time" });

const summary = {
  id: z.string(),
  event: z.string(),
  time: instant,
  method: z.string(),
  path: z.string(),
  user: z.strictObject({ login: z.string(), realm: z.string(), resolver: z.string().optional() }).optional(),
  actor: actorAnswer.optional(),
  client: z.string().optional(),
  success: z.boolean(),
  size: z.int().describe("Size in characters of JSON."),
};

/** A recorded call in a list. */
export const recordedCallRow = component("RecordedCallSummary", z.strictObject(summary));

/** A recorded call. */
export const recordedCallAnswer = component(
  "RecordedCall",
  z.strictObject({
    ...summary,
    parameters: z.unknown().describe("*** replaces values that are secret, too long, or not representable in JSON."),
    headers: z.unknown(),
    response: z
      .strictObject({ status: z.int(), headers: z.unknown(), body: z.unknown() })
      .nullable()
      .describe("null if the call was refused or aborted before the API responded."),
  }),
);

/** A line of a backtest's output. */
export const backtestLine = component(
  "BacktestLine",
  z.union([
    z.strictObject({ type: z.literal("progress"), done: z.int(), of: z.int() }),
    z.strictObject({
      type: z.literal("call"),
      call: z.string().describe("Id of the call."),
      time: instant,
      ran: z
        .union([z.boolean(), z.literal("unknown")])
        .describe("unknown: the outcome depends on data that is no longer known, such as the former state of a token."),
      reason: z.string(),
      rendered: z.array(textAnswer).optional(),
    }),
    z.strictObject({
      type: z.literal("summary"),
      calls: z.int(),
      would_run: z.int(),
      would_not: z.int(),
      unknown: z.int(),
      reasons: z
        .record(z.string(), z.int())
        .describe("How often each condition was not fulfilled, or unknown. One call can count for several conditions."),
    }),
    z
      .strictObject({ type: z.literal("error"), message: z.string() })
      .describe("The last line if the calls could not be read completely."),
  ]),
);
