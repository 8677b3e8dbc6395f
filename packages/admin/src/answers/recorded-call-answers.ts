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
  size: z.int().describe("Characters of JSON."),
};

/** A recorded call in a list. */
export const recordedCallRow = component("RecordedCallSummary", z.strictObject(summary));

/** A recorded call. */
export const recordedCallAnswer = component(
  "RecordedCall",
  z.strictObject({
    ...summary,
    parameters: z.unknown().describe("*** stands for what is secret, too long, or no JSON."),
    headers: z.unknown(),
    response: z
      .strictObject({ status: z.int(), headers: z.unknown(), body: z.unknown() })
      .nullable()
      .describe("null if the call was refused, or aborted, before the API answered."),
  }),
);

/** A line of a backtest. */
export const backtestLine = component(
  "BacktestLine",
  z.union([
    z.strictObject({ type: z.literal("progress"), done: z.int(), of: z.int() }),
    z.strictObject({
      type: z.literal("call"),
      call: z.string().describe("Its id."),
      time: instant,
      ran: z
        .union([z.boolean(), z.literal("unknown")])
        .describe("unknown: it depends on what is no longer known, such as a token as it was."),
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
        .describe("How often each was against it, or not known; several may be of one call."),
    }),
    z.strictObject({ type: z.literal("error"), message: z.string() }).describe("The last line, if not all was read."),
  ]),
);
