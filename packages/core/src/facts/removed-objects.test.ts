import { probe, type RecordedState, type RecordedToken, type RecordedWorld, worldOf } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { createBookend, memoryBindings, parseTemplate, type RemovedObjects } from "../index.js";
import { resolveTags } from "../templates/tags.js";
import { Facts } from "./facts.js";

const alice = { login: "alice", realm: "realm1", resolver: "resoA" };

function token(serial: string, more: Partial<RecordedToken> = {}): RecordedToken {
  return {
    serial,
    type: "hotp",
    description: "blue",
    realms: ["realm1"],
    owner: alice,
    tokeninfo: { a: "1" },
    failcount: 0,
    max_failcount: 10,
    count: 0,
    count_window: 10,
    active: true,
    rollout_state: "",
    ...more,
  };
}

const state: RecordedState = {
  now: "2026-03-15T12:00:00Z",
  realms: { realm1: ["resoA"], realm2: ["resoB"] },
  tokens: [token("A"), token("B", { type: "totp" })],
  containers: [
    {
      serial: "C",
      type: "smartphone",
      users: [{ login: "alice", realm: "realm1" }],
      tokens: ["A"],
      realms: ["realm1"],
    },
  ],
};

/**
 * A call that removes something: the parameters and the user that it names, the objects that its route notes before the
 * removal, and the effect of the removal.
 */
interface Removal {
  readonly parameters: Record<string, unknown>;
  readonly user?: typeof alice;
  before(world: RecordedWorld): Promise<RemovedObjects>;
  remove(state: RecordedState): void;
}

const tokenOf = async ({ directories }: RecordedWorld, serial: string) => {
  const found = await directories.tokens.find(serial);
  return found ? [found] : [];
};
const containerOf = async ({ directories }: RecordedWorld) => (await directories.containers.find("C")) ?? undefined;
const userOf = async ({ directories }: RecordedWorld) => (await directories.users.find(alice)) ?? undefined;
const bySerial = (serial: string) => (one: { serial: string }) => one.serial === serial;

const removals: Record<string, Removal> = {
  token_unassign: {
    parameters: { serial: "A" },
    before: async (world) => ({ tokens: await tokenOf(world, "A"), container: await containerOf(world) }),
    remove(now) {
      Object.assign(now.tokens?.find(bySerial("A")) ?? {}, { owner: null, realms: [] });
    },
  },
  token_delete: {
    parameters: { serial: "A" },
    before: async (world) => ({ tokens: await tokenOf(world, "A"), container: await containerOf(world) }),
    remove(now) {
      now.tokens = (now.tokens ?? []).filter((one) => one.serial !== "A");
      for (const container of now.containers ?? []) container.tokens = [];
    },
  },
  container_unassign: {
    parameters: { container_serial: "C" },
    user: alice,
    before: async (world) => ({ container: await containerOf(world), user: await userOf(world) }),
    remove(now) {
      Object.assign(now.containers?.[0] ?? {}, { users: [], realms: [] });
    },
  },
  container_delete: {
    parameters: { container_serial: "C" },
    before: async (world) => ({ container: await containerOf(world), user: await userOf(world) }),
    remove(now) {
      now.containers = [];
    },
  },
  container_remove_token: {
    parameters: { container_serial: "C", serial: "A" },
    before: async (world) => ({ tokens: await tokenOf(world, "A"), container: await containerOf(world) }),
    remove(now) {
      Object.assign(now.containers?.[0] ?? {}, { tokens: [] });
    },
  },
  user_delete: {
    parameters: { serial: "" },
    user: alice,
    before: async (world) => ({ user: await userOf(world) }),
    remove(now) {
      now.users_in_resolvers = { resoA: ["bob"] };
    },
  },
};

/** Makes the call, and returns the values that conditions, tags and actions see at position post. */
async function after(name: string, conditions: Record<string, unknown>, given = state) {
  const { parameters, user, before, remove } = removals[name] as Removal;
  const world = worldOf({ ...given, request: { all_data: parameters, user: user ?? null } });
  const handler = probe({ run: () => undefined });
  const binding = { name: "b", events: ["e"], handler: handler.id, action: "run", conditions };
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings([binding]),
    directories: world.directories,
    clock: world.clock,
  });
  const call = world.call("e");
  await bookend.handle(call, async () => {
    call.notes.before = await before(world);
    remove(world.state);
    return world.response();
  });
  const facts = new Facts(call, world.directories, world.clock);
  const template = parseTemplate(
    "{serial} {username} {userrealm} {user} {tokentype} {tokendescription} {container_serial}",
  );
  return {
    explained: (await bookend.explain(call)).bindings[0],
    tags: template.render(await resolveTags(template, { facts, position: "post" })),
    existing: (await facts.existingTokens()).map(({ serial }) => serial),
    container: (await facts.existingContainer())?.serial,
  };
}

describe("objects that the call removed", () => {
  const user = { realm: "realm1", resolver: "resoA", user_info: "email == alice@example.com" };
  const ownToken = { ...user, tokentype: "hotp", token_has_owner: "True", tokeninfo: "a == 1", tokenrealm: "realm1" };
  const ownContainer = { container_type: "smartphone", container_has_owner: "True", container_realm: "realm1" };

  it.each([
    ["token_unassign", { ...ownToken, ...ownContainer, user_token_number: "1" }, "A alice realm1 Alice hotp blue C"],
    ["token_delete", { ...ownToken, ...ownContainer, user_token_number: "1" }, "A alice realm1 Alice hotp blue C"],
    ["container_unassign", { ...user, ...ownContainer, user_container_number: "0" }, "A,B alice realm1 Alice   C"],
    ["container_delete", { ...user, ...ownContainer, container_has_token: "False" }, "A,B alice realm1 Alice   C"],
    [
      "container_remove_token",
      { ...ownToken, ...ownContainer, container_has_token: "False" },
      "A alice realm1 Alice hotp blue C",
    ],
    ["user_delete", { ...user, user_token_number: "2", user_container_number: "1" }, "A,B alice realm1 Alice   "],
  ])("%s: conditions and tags see them, but counts include only the remaining ones", async (name, conditions, tags) => {
    const seen = await after(name, conditions);
    expect(seen.explained?.conditions.filter(({ answer }) => answer !== "fulfilled")).toEqual([]);
    expect(seen.tags.trim()).toBe(tags.trim());
  });

  it.each([
    ["token_unassign", { token_has_owner: "False" }],
    ["token_delete", { realm: "realm2" }],
    ["container_unassign", { container_has_owner: "False" }],
    ["container_delete", { container_type: "generic" }],
    ["user_delete", { user_token_number: "0" }],
    ["user_delete", { realm: "realm2" }],
  ])("%s: %j is not fulfilled", async (name, conditions) => {
    expect((await after(name, conditions)).explained?.conditions[0]).toMatchObject({ answer: "not fulfilled" });
  });

  it("are not among the existing objects, which actions can change, although conditions see them", async () => {
    expect((await after("token_delete", {})).existing).toEqual([]);
    expect((await after("token_unassign", {})).existing).toEqual(["A"]);
    expect((await after("container_delete", {})).container).toBeUndefined();
    expect((await after("container_unassign", {})).container).toBe("C");
  });

  it("are no longer seen once an action has replaced them: here, the former owner of a token", async () => {
    const { parameters, before, remove } = removals.token_unassign as Removal;
    const world = worldOf({ ...state, request: { all_data: parameters } });
    const call = world.call("e");
    call.notes.before = await before(world);
    remove(world.state);
    const facts = new Facts(call, world.directories, world.clock);
    expect(await facts.user()).toMatchObject({ login: "alice" });
    Object.assign(world.state.tokens?.[0] ?? {}, { owner: { login: "bob", realm: "realm1", resolver: "resoA" } });
    facts.forget(["tokens"]);
    expect(await facts.user()).toMatchObject({ login: "bob" });
  });

  it("are found by each serial in a list", async () => {
    const world = worldOf({ ...state, request: { all_data: { serial: "A,B" } } });
    const call = world.call("e");
    call.notes.before = { tokens: [...(await tokenOf(world, "A")), ...(await tokenOf(world, "B"))] };
    world.state.tokens = [];
    const facts = new Facts(call, world.directories, world.clock);
    expect((await facts.tokens()).map(({ serial }) => serial)).toEqual(["A", "B"]);
    expect(await facts.existingTokens()).toEqual([]);
    expect(await facts.token()).toBeNull();
  });
});

// from apps/demo/test/fixtures/public-reports.json: U6, and similar cases
describe("explain", () => {
  it("reports that an unknown condition counts as fulfilled", async () => {
    const world = worldOf({ ...state, tokens: [] });
    const handler = probe({ run: () => undefined });
    const conditions = { serial: "PIPU.*", tokenrealm: "realm1" };
    const bookend = createBookend({
      handlers: [handler],
      bindings: memoryBindings([{ name: "b", events: ["e"], handler: handler.id, action: "run", conditions }]),
      directories: world.directories,
    });
    const [binding] = (await bookend.explain(world.call("e"))).bindings;
    expect(binding?.reason).toBe(
      "All conditions are fulfilled. serial is unknown, which counts as fulfilled. tokenrealm is unknown, which counts as fulfilled.",
    );
  });
});
