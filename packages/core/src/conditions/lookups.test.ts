import { probe, type RecordedState, worldOf } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { watched } from "../../test/vectors/watched.js";
import { createBookend, memoryBindings } from "../index.js";

const state: RecordedState = {
  now: "2026-03-15T12:00:00Z",
  realms: { realm1: ["resoA"], realm3: ["resoA", "resoB"] },
  tokens: [
    {
      serial: "HOTP0001",
      type: "hotp",
      description: "",
      realms: ["realm1", "realm3"],
      owner: { login: "alice", realm: "realm1", resolver: "resoA" },
      tokeninfo: { a: "5" },
      failcount: 0,
      max_failcount: 10,
      count: 0,
      count_window: 10,
      active: true,
      rollout_state: "enrolled",
    },
  ],
  containers: [{ serial: "CONT0001", tokens: ["HOTP0001"] }],
  counters: [{ name: "c1", value: 10 }],
};
const bySerial: RecordedState = { ...state, request: { all_data: { serial: "HOTP0001" } } };
const byUser: RecordedState = { ...state, request: { user: { login: "alice", realm: "realm1" } } };

/** Returns the lookups in the directories when a call meets bindings with these conditions. */
async function lookupsOf(
  recorded: RecordedState,
  bindings: readonly Readonly<Record<string, unknown>>[],
  answer: "now" | "later" = "now",
): Promise<readonly string[]> {
  const world = worldOf(recorded);
  const { directories, lookups } = watched(world.directories, { answer });
  // the action changes nothing, so nothing is looked up again after it
  const handler = probe({ run: () => undefined }, { changes: [] });
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(
      bindings.map((conditions) => ({ name: "b", events: ["e"], handler: handler.id, action: "run", conditions })),
    ),
    directories,
    clock: world.clock,
  });
  await bookend.ready();
  await bookend.handle(world.call("e"), () => world.response());
  return lookups;
}

describe("lookups", () => {
  it("are skipped for conditions that need none", async () => {
    const conditions = { client_ip: "10.0.0.0/8", serial: "HOTP", logged_in_user: "user", result_value: "True" };
    const recorded: RecordedState = {
      ...bySerial,
      client_ip: "10.0.0.5",
      response: { json: { result: { value: true } } },
    };
    expect(await lookupsOf(recorded, [conditions])).toEqual([]);
  });

  it("of the user are skipped after a call that has found the user, until an action changes users", async () => {
    const user = { login: "alice", realm: "realm1", resolver: "resoA", attributes: { email: "found@example.com" } };
    const conditions = { realm: "realm1", resolver: "resoA", user_info: "email == found@example.com" };
    const found = async (recorded: RecordedState, changes: readonly "users"[], noted: typeof user | null = user) => {
      const world = worldOf(recorded);
      const { directories, lookups } = watched(world.directories, { answer: "now" });
      const ran: string[] = [];
      const handler = probe({ run: ({ binding }) => void ran.push(binding.name) }, { changes });
      const bindings = ["first", "second"].map((name) => ({ name, conditions, position: "post" as const }));
      const bookend = createBookend({
        handlers: [handler],
        bindings: memoryBindings(
          bindings.map((one) => ({ ...one, events: ["e"], handler: handler.id, action: "run", options: {} })),
        ),
        directories,
        clock: world.clock,
      });
      await bookend.ready();
      await bookend.handle(world.call("e"), (call) => {
        call.notes.found = { user: noted };
        return world.response();
      });
      return { ran, lookups };
    };
    expect(await found(byUser, [])).toEqual({ ran: ["first", "second"], lookups: [] });
    // the directory's alice has another address
    expect(await found(byUser, ["users"])).toEqual({ ran: ["first"], lookups: ["users.find(alice)"] });
    for (const other of [{ ...user, login: "bob" }, { ...user, realm: "realm2" }, null]) {
      expect(await found(byUser, [], other)).toEqual({ ran: [], lookups: ["users.find(alice)"] });
    }
  });

  it("are skipped if a condition without a lookup has already decided", async () => {
    expect(await lookupsOf(bySerial, [{ tokentype: "hotp", realm: "realm1", serial: "TOTP" }])).toEqual([]);
  });

  it("stop at the first condition that is not fulfilled", async () => {
    const conditions = { tokentype: "totp", counter: "c1 > 5" };
    expect(await lookupsOf(bySerial, [conditions])).toEqual([`tokens.find("HOTP0001")`]);
  });

  it.each(["now", "later"] as const)(
    "of one object happen once for all bindings of the call (result: %s)",
    async (answer) => {
      const conditions = [
        { tokentype: "hotp" },
        { tokeninfo: "a == 5", realm: "realm1" },
        { resolver: "resoA", token_is_orphaned: "False" },
        { tokenresolver: "resoB", token_has_owner: "True" },
        { tokenresolver: "resoA", container_type: "generic" },
        { token_is_in_container: "True", counter: "c1 > 5" },
        { counter: "c1 < 50" },
      ];
      const lookups = await lookupsOf(bySerial, conditions, answer);
      expect([...lookups].sort()).toEqual([
        `containers.ofToken("HOTP0001")`,
        `counters.value("c1", the call)`,
        `tokens.find("HOTP0001")`,
        `users.find(alice)`,
        `users.resolversOf("realm1")`,
        `users.resolversOf("realm3")`,
      ]);
    },
  );

  it("of a user's only token go through the user", async () => {
    const lookups = await lookupsOf(byUser, [
      { tokentype: "hotp" },
      { user_token_number: "1" },
      { token_locked: "True" },
    ]);
    expect(lookups).toEqual(["users.find(alice)", "tokens.ofUser(alice)"]);
  });

  it("of missing users also happen only once", async () => {
    const nobody: RecordedState = { ...state, request: { user: { login: "nobody", realm: "realm1" } } };
    expect(await lookupsOf(nobody, [{ realm: "realm1" }, { resolver: "resoA" }, { user_info: "a == b" }])).toEqual([
      "users.find(nobody)",
    ]);
  });

  it("happen once for bindings that the plan finds through the index of a condition", async () => {
    const conditions = Array.from({ length: 50 }, (_, i) => ({ realm: `realm${i}`, resolver: "resoA" }));
    expect(await lookupsOf(byUser, conditions)).toEqual(["users.find(alice)"]);
  });
});
