import { readFileSync } from "node:fs";
import type { RecordedState } from "@bookend/conformance";
import { BindingInvalidError } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { hostOf } from "./host.js";

interface RecordedCase {
  readonly id: number;
  readonly action: string;
  readonly options: Record<string, unknown>;
  readonly state: RecordedState;
  /** The number of attributes that were changed, or false. */
  readonly result: number | boolean;
  readonly after: { readonly attributes: Record<string, Record<string, string>> };
  readonly note?: string;
}

const cases = JSON.parse(
  readFileSync(new URL("fixtures/custom-user-attributes.json", import.meta.url), "utf8"),
) as readonly RecordedCase[];

/** Recorded cases that contradict handlers.md, and where. */
const contradictions: Record<string, readonly number[]> = {
  "head: text options take tags; section 12: one that does not exist is refused": [637],
  "head: unknown options are refused; section 5: a deletion has no attrvalue": [632, 636],
};
const listed = new Map(Object.entries(contradictions).flatMap(([why, ids]) => ids.map((id) => [id, why] as const)));

/** Runs a case; a binding that is refused has no success and changes nothing. */
async function run({ action, state }: RecordedCase, options: Record<string, unknown>) {
  const host = hostOf(state);
  const entry = await host.run(action.replace("_custom_user_attributes", ""), options).catch((error: unknown) => {
    expect(error).toBeInstanceOf(BindingInvalidError);
  });
  return { success: entry?.success === true, attributes: { alice: host.of("alice"), bob: host.of("bob") } };
}

function recordedResult({ result, after }: RecordedCase) {
  return { success: Number(result) > 0, attributes: after.attributes };
}

describe("recorded cases of CustomUserAttributes", () => {
  for (const recorded of cases) {
    const { id, action, options, note = "" } = recorded;
    const why = listed.get(id);
    it(`${id} ${action} ${JSON.stringify(options)} ${note}${why ? `: differs, ${why}` : ""}`, async () => {
      const seen = await run(recorded, options);
      if (why) expect(seen).not.toEqual(recordedResult(recorded));
      else expect(seen).toEqual(recordedResult(recorded));
    });
  }

  const deletions = cases.filter(({ action }) => action.startsWith("delete"));

  it.each(deletions)("$id $action without its attrvalue", async (recorded) => {
    const { attrvalue, ...options } = recorded.options;
    expect(await run(recorded, options)).toEqual(recordedResult(recorded));
  });

  it("are all there, and only such are listed as different", () => {
    expect(cases).toHaveLength(12);
    const ids = new Set(cases.map(({ id }) => id));
    expect([...listed.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
