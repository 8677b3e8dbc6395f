import { readFileSync } from "node:fs";
import { type RecordedContainer, type RecordedState, type RecordedToken, worldOf } from "@bookend/conformance";
import { BindingInvalidError, createBookend, memoryAudit, memoryBindings } from "@bookend/core";
import { describe, expect, it } from "vitest";
import { container } from "../src/index.js";
import { recordedContainers } from "./recorded-containers.js";

interface RecordedCase {
  readonly id: number;
  readonly action: string;
  readonly options: Record<string, unknown>;
  readonly state: RecordedState;
  readonly result: boolean | { readonly exception: string };
  readonly after: { readonly tokens: RecordedToken[]; readonly containers: RecordedContainer[] };
  readonly note?: string;
}

const cases = JSON.parse(
  readFileSync(new URL("fixtures/container.json", import.meta.url), "utf8"),
) as readonly RecordedCase[];

/** Recorded cases that contradict handlers.md, and where. */
const contradictions: Record<string, readonly number[]> = {
  "head and section 3: the option of a state is a boolean, and 0 is false": [385],
  "section 3: only the field of the key is deleted, all only without a key": [394],
};
const listed = new Map(Object.entries(contradictions).flatMap(([why, ids]) => ids.map((id) => [id, why] as const)));

/** Runs a case; a binding that is refused has no success and changes nothing. */
async function run({ action, options, state }: RecordedCase) {
  const world = worldOf(state);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [container({ containers: recordedContainers(world.state) })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
  });
  const { containers = [], tokens = [] } = world.state;
  try {
    await bookend.bindings.add({ name: "case", events: ["call"], handler: "Container", action, options });
  } catch (error) {
    expect(error).toBeInstanceOf(BindingInvalidError);
    return { success: false, containers, tokens };
  }
  await bookend.handle(world.call("call"), () => world.response());
  return { success: audit.entries[0]?.success === true, containers, tokens };
}

/** What the handler decides; realms, the resolver of a user, and the date of creation among the info are the recording server's own. */
function comparable({ success, containers, tokens }: Awaited<ReturnType<typeof run>>) {
  const shown = ({
    serial,
    description = "",
    states = [],
    users = [],
    info = {},
    tokens: inside = [],
  }: RecordedContainer) => {
    const { creation_date, ...fields } = info;
    const logins = users.map(({ login, realm }) => `${login}@${realm}`);
    return { serial, description, states: [...states].sort(), users: logins, info: fields, tokens: inside };
  };
  return { success, containers: containers.map(shown), tokens };
}

describe("recorded cases of Container", () => {
  for (const recorded of cases) {
    const { id, action, options, result, after, note = "" } = recorded;
    const why = listed.get(id);
    it(`${id} ${action} ${JSON.stringify(options)} ${note}${why ? `: differs, ${why}` : ""}`, async () => {
      const seen = comparable(await run(recorded));
      const expected = comparable({ success: result === true, ...after });
      if (why) expect(seen).not.toEqual(expected);
      else expect(seen).toEqual(expected);
    });
  }

  it("are all there, and only such are listed as different", () => {
    expect(cases).toHaveLength(15);
    const ids = new Set(cases.map(({ id }) => id));
    expect([...listed.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
