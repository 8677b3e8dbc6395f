import { type RecordedState, worldOf } from "@bookend/conformance";
import { startReceiver } from "@bookend/conformance/http-receiver";
import { createBookend, memoryAudit, memoryBindings } from "@bookend/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import cases from "../test/cases.json" with { type: "json" };
import { webhook } from "./index.js";

/** Recorded cases that contradict handlers.md, and where. */
const contradictions: Record<string, readonly number[]> = {
  "section 11: malformed JSON is refused when saved": [514, 515, 516, 518, 528, 583],
  "section 11: unknown tags are refused when saved": [567, 592],
  "section 12: {{ … }} is Handlebars": [572],
  "section 12: a tag is replaced wherever it stands, other braces are literal": [529, 538],
  "section 12: {ua_browser} is the client's browser": [585, 586],
  "section 11: form values are URL-encoded": [591, 600],
};
const listed = new Map(Object.entries(contradictions).flatMap(([why, ids]) => ids.map((id) => [id, why] as const)));

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

/** Runs a case; answers with what was sent, or that the binding was refused. */
async function run({ action, options, state }: (typeof cases)[number]) {
  const world = worldOf(state as unknown as RecordedState);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [webhook({ allow: ["127.0.0.1"] })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
  });
  const given = Object.fromEntries(
    Object.entries({ ...options, URL: receiver.url }).filter(([, value]) => value !== null),
  );
  receiver.received.length = 0;
  try {
    await bookend.bindings.add({ name: "hook", events: ["call"], handler: "WebHook", action, options: given });
  } catch {
    return { result: false, sent: [] };
  }
  await bookend.handle(world.call("call"), () => world.response());
  const sent = receiver.received.map(({ body, headers }) => ({ data: body, type: headers["content-type"] }));
  return { result: audit.entries[0]?.success === true, sent };
}

/** JSON is compared as JSON: its spaces and escapes are the writer's. */
function comparable({
  result,
  sent,
}: {
  result: boolean;
  sent: readonly { data: string; type?: string | undefined }[];
}) {
  const data = ({ data: text, type }: { data: string; type?: string | undefined }) => {
    try {
      return { type, json: JSON.parse(text) as unknown };
    } catch {
      return { type, text };
    }
  };
  return { result, sent: sent.map(data) };
}

describe("recorded cases", () => {
  for (const recorded of cases) {
    const why = listed.get(recorded.id);
    it(`${recorded.id} ${recorded.options.data}${why ? `: differs, ${why}` : ""}`, async () => {
      const seen = comparable(await run(recorded));
      const sent = recorded.after.sent.map((post) => ({ data: post.data, type: post.headers["Content-Type"] }));
      const expected = comparable({ result: recorded.result, sent });
      if (why) expect(seen).not.toEqual(expected);
      else expect(seen).toEqual(expected);
    });
  }

  it("lists only cases that there are", () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect([...listed.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
