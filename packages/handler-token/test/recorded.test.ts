import { readFileSync } from "node:fs";
import { type RecordedState, type RecordedToken, worldOf } from "@bookend/conformance";
import { BindingInvalidError, createBookend, memoryAudit, memoryBindings, readInstant } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { token } from "../src/index.js";
import { recordedTokens } from "./recorded-tokens.js";

interface RecordedCase {
  readonly id: number;
  readonly action: string;
  readonly options: Record<string, unknown>;
  readonly state: RecordedState;
  readonly result: boolean | { readonly exception: string };
  readonly after: { readonly tokens?: RecordedToken[]; readonly response?: unknown };
  readonly note?: string;
}

const cases = JSON.parse(
  readFileSync(new URL("fixtures/token.json", import.meta.url), "utf8"),
) as readonly RecordedCase[];

/** Recorded cases that contradict handlers.md, and where. */
const contradictions: Record<string, readonly number[]> = {
  "head: an integer option takes an integer, anything else is refused": [336, 344, 348],
  "section 2: the action is called disable": [358, 359],
  "section 2: 1/4/2026 is no format of a validity, and +1y no offset": [285, 290],
  "section 12: a brace that is no tag is literal": [274],
  "section 12: a tag without a value is empty": [309],
  "sections 2 and 12: {username} is the user's login name, {realm} his realm": [317],
};
const listed = new Map(Object.entries(contradictions).flatMap(([why, ids]) => ids.map((id) => [id, why] as const)));

/** Runs a case; a binding that is refused has no success and changes nothing. */
async function run({ action, options, state }: RecordedCase) {
  const world = worldOf(state);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [token({ tokens: recordedTokens(world.state) })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
  });
  try {
    await bookend.bindings.add({ name: "case", events: ["call"], handler: "Token", action, options });
  } catch (error) {
    expect(error).toBeInstanceOf(BindingInvalidError);
    return { success: false, tokens: world.state.tokens, response: undefined };
  }
  const response = await bookend.handle(world.call("call"), () => world.response());
  return { success: audit.entries[0]?.success === true, tokens: world.state.tokens, response: response.body };
}

interface Seen {
  readonly success: boolean;
  readonly tokens: readonly RecordedToken[] | undefined;
  readonly response: unknown;
}

/** What the handler decides. Of a new token its host makes the serial and the tokeninfo; validity is compared as instants; a PIN by its length. */
function comparable({ action }: RecordedCase, { success, tokens, response }: Seen) {
  const validity = ([key, value]: [string, string]) => [
    key,
    key.startsWith("validity_period") ? readInstant(value) : value,
  ];
  const shown = (one: RecordedToken) =>
    action === "enroll"
      ? { ...one, serial: "new", tokeninfo: {} }
      : { ...one, tokeninfo: Object.fromEntries(Object.entries(one.tokeninfo).map(validity)) };
  if (action !== "set random pin") return { success, tokens: tokens?.map(shown) };
  return { success, response: JSON.stringify(response).replace(/"pin":"(\w{6}|<random 6 chars>)"/, "PIN") };
}

describe("recorded cases of Token", () => {
  for (const recorded of cases) {
    const { id, action, options, result, after, note = "" } = recorded;
    const why = listed.get(id);
    it(`${id} ${action} ${JSON.stringify(options)} ${note}${why ? `: differs, ${why}` : ""}`, async () => {
      const seen = comparable(recorded, await run(recorded));
      const expected = comparable(recorded, {
        success: result === true,
        tokens: after.tokens,
        response: after.response,
      });
      if (why) expect(seen).not.toEqual(expected);
      else expect(seen).toEqual(expected);
    });
  }

  it("are all there, and only such are listed as different", () => {
    expect(cases).toHaveLength(57);
    const ids = new Set(cases.map(({ id }) => id));
    expect([...listed.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
