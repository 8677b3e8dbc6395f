import {
  type ActionContext,
  type DeliveryKind,
  defineAction,
  defineCondition,
  defineDelivery,
  defineHandler,
  failed,
  type Handler,
  nameSet,
  parseTemplate,
  ValueError,
} from "@bookend/core";
import { z } from "zod";

/** The contents of a note that is sent. */
export interface Note {
  readonly channel: string;
  readonly text: string;
}

/** Options of `sampleHandler`. */
export interface SampleOptions {
  /** The URL to which notes are posted. */
  readonly url: string;
  readonly token: string;
}

/** The options of `post_note`. */
export const noteOptions = z.strictObject({
  channel: z.enum(["ops", "audit"]).describe("Where the note appears."),
  text: z
    .string()
    .transform((text, context) => {
      try {
        return parseTemplate(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: error instanceof ValueError ? error.message : "not a template" });
        return z.NEVER;
      }
    })
    .describe("The note; tags are replaced."),
  password: z.string().max(1_000).optional().describe("Password of the channel.").meta({ "x-secret": true }),
  labels: z.array(z.string()).max(10).optional().describe("Labels of the note."),
});

/** The parsed options of `post_note`. */
export type NoteOptions = z.output<typeof noteOptions>;

/** The parts of the sample that a test replaces with a faulty one. */
export interface SampleParts {
  readonly send: DeliveryKind<Note>["send"];
  readonly run: (
    context: ActionContext<NoteOptions>,
    kind: DeliveryKind<Note>,
  ) => ReturnType<Parameters<typeof defineAction<typeof noteOptions>>[0]["run"]>;
  readonly handler: Partial<Handler>;
  readonly action: Partial<Handler["actions"][string]>;
}

/** Sends a note. */
export async function sendNote(
  { url, token }: SampleOptions,
  ...[delivery, { signal }]: Parameters<SampleParts["send"]>
): Promise<Awaited<ReturnType<SampleParts["send"]>>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "idempotency-key": delivery.id },
    body: JSON.stringify(delivery.payload),
    signal,
  });
  await response.arrayBuffer();
  return response.ok ? { status: "sent" } : { status: "failed", reason: `status ${response.status}` };
}

/** Renders a note and submits it. */
export async function postNote(context: ActionContext<NoteOptions>, kind: DeliveryKind<Note>) {
  const { channel, text } = context.options;
  const rendered = await context.render(text);
  if (rendered === "") return failed("the note is empty");
  return context.deliver(kind, { channel, text: rendered });
}

/** Compares the size of notes, which is always "small". */
export const noteSize = defineCondition({
  name: "note_size",
  group: "general",
  description: "How large notes are.",
  value: nameSet({ of: "sizes" }),
  actual: () => "small",
  matches: (sizes, size) => sizes.has(size),
});

/** Creates a correct handler; with replaced parts, a handler with a fault. */
export function sampleHandler(options: SampleOptions, parts: Partial<SampleParts> = {}): Handler {
  const kind = defineDelivery<Note>({
    name: "note",
    send: parts.send ?? ((delivery, context) => sendNote(options, delivery, context)),
  });
  const run = parts.run ?? postNote;
  return {
    ...defineHandler({
      id: "Notes",
      description: "Posts notes.",
      positions: ["pre", "post"],
      actions: {
        post_note: {
          ...defineAction({
            description: "Posts a note.",
            options: noteOptions,
            changes: [],
            choices: { channel: () => ["ops", "audit"] },
            run: (context) => run(context, kind),
          }),
          ...parts.action,
        },
      },
      conditions: [noteSize],
      deliveries: [kind],
    }),
    ...parts.handler,
  };
}
