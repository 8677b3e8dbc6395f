import { randomUUID } from "node:crypto";
import { type CallResponse, done, type Handler } from "@bookend/core";
import { z } from "zod";
import {
  type Note,
  noteOptions,
  noteSize,
  postNote,
  type SampleOptions,
  type SampleParts,
  sampleHandler,
  sendNote,
} from "./sample-handler.js";

/** A handler with one fault, and the test of the kit that must find it. */
export interface PlantedFault {
  readonly fault: string;
  readonly foundBy: string;
  make(options: SampleOptions): Handler;
}

const loose = z.looseObject(noteOptions.shape);
const { password: _password, ...withoutPassword } = noteOptions.shape;
const unmarked = z.strictObject({
  ...withoutPassword,
  password: z.string().optional().describe("Password of the channel."),
});
const { labels: _labels, ...withoutLabels } = noteOptions.shape;
const undescribed = z.strictObject({ ...withoutLabels, labels: z.array(z.string()).optional() });

const senders: Record<string, () => string> = { ops: () => "ops", audit: () => "audit" };
let last = "";
let instances = 0;
let only: Handler | undefined;

function merge(target: Record<string, unknown>, source: object): void {
  for (const [name, value] of Object.entries(source)) {
    const inner = target[name];
    if (
      typeof value === "object" &&
      value !== null &&
      (typeof inner === "object" || typeof inner === "function") &&
      inner
    ) {
      merge(inner as Record<string, unknown>, value);
    } else target[name] = value;
  }
}

const runs = (fault: string, foundBy: string, run: SampleParts["run"]): PlantedFault => ({
  fault,
  foundBy,
  make: (options) => sampleHandler(options, { run }),
});

const sends = (
  fault: string,
  foundBy: string,
  send: (options: SampleOptions, ...given: Parameters<SampleParts["send"]>) => unknown,
): PlantedFault => ({
  fault,
  foundBy,
  make: (options) => sampleHandler(options, { send: (...given) => send(options, ...given) as never }),
});

const parts = (fault: string, foundBy: string, given: Partial<SampleParts>): PlantedFault => ({
  fault,
  foundBy,
  make: (options) => sampleHandler(options, given),
});

const withOptions = (fault: string, foundBy: string, options: unknown): PlantedFault =>
  parts(fault, foundBy, { action: { options: options as never } });

/** Each mistake that the author of a handler can make and the kit finds. */
export const plantedFaults: readonly PlantedFault[] = [
  parts("a position that does not exist", "registers: createBookend accepts the handler", {
    handler: { positions: ["after" as never] },
  }),
  {
    fault: "an id that changes",
    foundBy: "is the same each time: two handlers from one factory have the same id and actions",
    make: (options) => sampleHandler(options, { handler: { id: `Notes${instances++}` } }),
  },
  {
    fault: "a factory that always returns the same handler",
    foundBy: "is the same each time: two handlers from one factory have the same id and actions",
    make: (options) => (only ??= sampleHandler(options)),
  },
  parts("no description", "describes the handler, each action and each condition", {
    action: { description: "" },
  }),
  parts("a condition without a description", "describes the handler, each action and each condition", {
    handler: {
      conditions: [{ ...noteSize, description: " " }],
    },
  }),
  parts(
    "an action that no sample tests",
    "is tested completely: there is a sample for each action, and none for an action that does not exist",
    {
      handler: {
        actions: {
          ...sampleHandler({ url: "http://127.0.0.1:9", token: "" }).actions,
          other: { description: "Other.", options: z.strictObject({}), run: () => undefined },
        },
      },
    },
  ),
  withOptions(
    "an option without a description",
    "describes its options: the JSON Schema of each has a type and a description",
    undescribed,
  ),
  parts(
    "a schema without a JSON Schema",
    "describes its options: the JSON Schema of each has a type and a description",
    {
      action: {
        options: {
          "~standard": {
            version: 1,
            vendor: "own",
            validate: (value: unknown) => noteOptions["~standard"].validate(value),
          },
        },
      },
    },
  ),
  parts("choices that fail", "offers its choices: each `choices` function returns strings", {
    action: {
      choices: {
        channel: () => {
          throw new Error("no connection");
        },
      },
    },
  }),
  parts(
    "a check that refuses the options of the sample",
    "accepts its samples: a binding with the options of each has no errors",
    {
      action: {
        check: () => [
          { severity: "error", code: "OPTION_INVALID", field: "options.text", message: "options.text: no." },
        ],
      },
    },
  ),
  {
    fault: "a condition whose value is a secret",
    foundBy: "keeps secrets out of explanations",
    make: ({ url, token }) =>
      sampleHandler(
        { url, token },
        { handler: { conditions: [{ ...noteSize, actual: () => token, matches: () => true }] } },
      ),
  },
  withOptions("a schema that accepts any option", "refuses options that do not exist", loose),
  parts("a JSON Schema that requires what the schema does not", "requires the options that its JSON Schema requires", {
    action: {
      optionsJsonSchema: { ...z.toJSONSchema(noteOptions, { io: "input" }), required: ["channel", "text", "labels"] },
    },
  }),
  withOptions(
    "a schema that changes the options it receives",
    "keeps stored options: they are saved, read and parsed again as they were written",
    z.preprocess((given) => {
      if (typeof given === "object" && given !== null) Reflect.deleteProperty(given, "labels");
      return given;
    }, noteOptions),
  ),
  withOptions(
    "a schema that throws",
    "does not break on options of other types",
    z.strictObject({
      ...noteOptions.shape,
      labels: z
        .any()
        .transform((labels) => (labels as string[]).map((label) => label.trim()))
        .optional()
        .describe("Labels."),
    }),
  ),
  runs("options that are changed", "does not change its options while it runs", (context, kind) => {
    context.options.labels?.push("seen");
    return postNote(context, kind);
  }),
  withOptions(
    "a password that is not marked",
    "marks secret options: an option with a name like that of a password, a secret or a key has x-secret",
    unmarked,
  ),
  {
    fault: "a token in a description",
    foundBy: "keeps secrets out of descriptions and lists",
    make: (options) => sampleHandler(options, { handler: { description: `Posts notes with ${options.token}.` } }),
  },
  runs("a password in the details of an outcome", "keeps secrets out of the audit log", async (context, kind) => {
    await postNote(context, kind);
    return done({ details: { password: context.options.password ?? "" } });
  }),
  sends("a token in the reason of a failure", "keeps secrets out of the audit log", async (options, ...given) => {
    const result = await sendNote(options, ...given);
    return result.status === "sent" ? result : { ...result, reason: `refused with ${options.token}` };
  }),
  runs("a password in a log line", "keeps secrets out of log lines", (context, kind) => {
    context.logger.info({ options: { password: context.options.password } }, "posts");
    return postNote(context, kind);
  }),
  runs("an action that expects a response before the call", "works at each of its positions", (context, kind) => {
    const { status } = context.call.response as CallResponse;
    return status > 0 ? postNote(context, kind) : undefined;
  }),
  runs("a value that is not an outcome", "returns valid outcomes", () => ({ status: "ok" }) as never),
  runs("a response that cannot be sent", "leaves the call in a usable state", (context) => {
    context.call.response = { status: 2_000, body: {} };
  }),
  runs(
    "a promise that is not awaited",
    "waits for what it starts: no rejected promise is left behind",
    async (context, kind) => {
      void Promise.reject(new Error("nobody listens"));
      return postNote(context, kind);
    },
  ),
  sends(
    "a request without the signal",
    "ends when its time limit is reached: the signal aborts what it waits for",
    (options, delivery, { attempt }) => sendNote(options, delivery, { signal: new AbortController().signal, attempt }),
  ),
  sends("a sender without the signal", "stops sending when the signal aborts", (options, delivery, { attempt }) =>
    sendNote(options, delivery, { signal: new AbortController().signal, attempt }),
  ),
  sends("a response that is not checked", "reports a failure of its peer", async (options, ...given) => {
    await sendNote(options, ...given);
    return { status: "sent" };
  }),
  runs("parameters that are merged into an object", "does not touch prototypes", (context, kind) => {
    merge({}, context.call.request.parameters);
    return postNote(context, kind);
  }),
  {
    fault: "names that are looked up in an object",
    foundBy: "does not mistake properties of Object.prototype for existing names",
    make: (options) =>
      sampleHandler(options, {
        action: { options: z.strictObject({ ...noteOptions.shape, channel: z.string().describe("Where.") }) },
        run: (context, kind) => {
          const sender = senders[context.options.channel];
          if (sender) sender().trim();
          return postNote(context, kind);
        },
      }),
  },
  runs(
    "state that calls share",
    "keeps calls apart: twenty concurrent calls deliver the same as each would alone",
    async (context, kind) => {
      last = await context.render(context.options.text);
      await new Promise((resolve) => setImmediate(resolve));
      return context.deliver(kind, { channel: context.options.channel, text: last });
    },
  ),
  parts("a delivery that is not declared", "declares the deliveries that it submits", { handler: { deliveries: [] } }),
  runs("a payload that is not JSON", "submits deliveries that are JSON", (context, kind) =>
    context.deliver(kind, { channel: context.options.channel, text: new Date() as never }),
  ),
  {
    fault: "a payload that stays in memory",
    foundBy: "sends deliveries in another process: a payload contains everything that its sender needs",
    make(options) {
      const own = new Map<string, Note>();
      return sampleHandler(options, {
        async run(context, kind) {
          const text = await context.render(context.options.text);
          own.set(context.call.id, { channel: context.options.channel, text });
          return context.deliver(kind, { channel: context.options.channel, text: context.call.id });
        },
        async send(delivery, context) {
          const note = own.get(delivery.callId);
          if (!note) return { status: "failed", reason: "the note is gone" };
          return sendNote(options, { ...delivery, payload: note }, context);
        },
      });
    },
  },
  sends("a value that is not a result", "returns valid results of sending", async (options, ...given) => {
    await sendNote(options, ...given);
    return { ok: true };
  }),
  sends(
    "a new identifier in each attempt",
    "sends a delivery with the same identifier in all attempts",
    (options, delivery, context) => sendNote(options, { ...delivery, id: randomUUID() }, context),
  ),
  sends(
    "one identifier for all deliveries",
    "sends different deliveries with different identifiers",
    (options, delivery, context) => sendNote(options, { ...delivery, id: "note" }, context),
  ),
];
