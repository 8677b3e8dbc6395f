import { type RecordedState, worldOf } from "@bookend/conformance";
import { describe, expect, it } from "vitest";
import cases from "../test/cases.json" with { type: "json" };
import { bind, record, scriptDirectory } from "../test/scripts.js";

/** Recorded cases that contradict handlers.md, and where. */
const contradictions: Record<string, readonly number[]> = {
  "section 10: background is required": [606, 607, 608, 609, 612],
};
const listed = new Map(Object.entries(contradictions).flatMap(([why, ids]) => ids.map((id) => [id, why] as const)));

/** Runs a case; answers with what the script was started with. */
async function run({ action, options, state }: (typeof cases)[number], added: Record<string, string> = {}) {
  const world = worldOf(state as unknown as RecordedState);
  const { directories, clock } = world;
  const { path, recorded } = await scriptDirectory({ [action]: record });
  const { bookend, audit } = await bind(path, action, { ...options, ...added }, { bookend: { directories, clock } });
  await bookend.handle(world.call("call"), () => world.response());
  return { result: audit.entries[0]?.success === true, args: [action, ...(await recorded()).args] };
}

describe("recorded cases", () => {
  for (const recorded of cases) {
    const why = listed.get(recorded.id);
    const expected = { result: recorded.result, args: recorded.after.sent[0]?.args };
    const title = `${recorded.id} ${JSON.stringify(recorded.options)}`;
    if (!why) {
      it(title, async () => expect(await run(recorded)).toEqual(expected));
      continue;
    }
    it(`${title}: differs, ${why}; with it, it passes`, async () => {
      await expect(run(recorded)).rejects.toMatchObject({ problems: [{ field: "options.background" }] });
      expect(await run(recorded, { background: "wait" })).toEqual(expected);
    });
  }

  it("lists only cases that there are", () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect([...listed.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
