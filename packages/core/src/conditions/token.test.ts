import type { RecordedState, RecordedToken } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { explained } from "../../test/vectors/explained.js";

const alice = { login: "alice", realm: "realm1", resolver: "resoA" };

function token(serial: string, more: Partial<RecordedToken> = {}): RecordedToken {
  return {
    serial,
    type: "hotp",
    description: "",
    realms: ["realm1"],
    owner: alice,
    tokeninfo: {},
    failcount: 0,
    max_failcount: 10,
    count: 0,
    count_window: 10,
    active: true,
    rollout_state: "",
    ...more,
  };
}

function state(more: Partial<RecordedState>): RecordedState {
  return { now: "2026-03-15T12:00:00Z", realms: { realm1: ["resoA"] }, ...more };
}

/** Returns the result of each condition. */
async function answers(recorded: RecordedState, conditions: Readonly<Record<string, unknown>>) {
  const { conditions: asked } = await explained(recorded, conditions);
  return Object.fromEntries(asked.map(({ name, answer }) => [name, answer]));
}

describe("a call that names several serials", () => {
  const several = state({
    tokens: [token("A", { failcount: 10 }), token("B")],
    request: { all_data: { serial: "A, B" } },
  });

  it("has no token that conditions could read", async () => {
    const conditions = { tokentype: "hotp", token_locked: "True", token_has_owner: "True", failcounter: ">=0" };
    expect(await answers(several, conditions)).toEqual({
      tokentype: "unknown",
      token_locked: "unknown",
      token_has_owner: "unknown",
      failcounter: "unknown",
    });
  });

  it("has no serial either", async () => {
    expect(await answers(several, { serial: "A" })).toEqual({ serial: "unknown" });
  });
});

describe("serial", () => {
  const user = { login: "alice", realm: "realm1" };

  it("is that of the user's only token if the call does not name one", async () => {
    expect(await answers(state({ tokens: [token("A")], request: { user } }), { serial: "A" })).toEqual({
      serial: "fulfilled",
    });
    expect(await answers(state({ tokens: [token("A")], request: { user } }), { serial: "PIPU" })).toEqual({
      serial: "not fulfilled",
    });
    expect(await answers(state({ tokens: [token("A"), token("B")], request: { user } }), { serial: "PIPU" })).toEqual({
      serial: "unknown",
    });
  });

  it("is the one that the call names, whether or not the token exists", async () => {
    const named = state({ tokens: [token("A")], request: { user, all_data: { serial: " GONE " } } });
    expect(await answers(named, { serial: "GONE$" })).toEqual({ serial: "fulfilled" });
  });
});

describe("token_locked", () => {
  const user = { login: "alice", realm: "realm1" };

  it("is true if any of the user's tokens is locked, and false only if none is", async () => {
    const some = state({ tokens: [token("A"), token("B", { failcount: 10 })], request: { user } });
    expect(await answers(some, { token_locked: "True" })).toEqual({ token_locked: "fulfilled" });
    expect(await answers(some, { token_locked: "False" })).toEqual({ token_locked: "not fulfilled" });
    const none = state({ tokens: [token("A"), token("B")], request: { user } });
    expect(await answers(none, { token_locked: "False" })).toEqual({ token_locked: "fulfilled" });
  });

  it("of a user without tokens is unknown", async () => {
    expect(await answers(state({ request: { user } }), { token_locked: "False" })).toEqual({ token_locked: "unknown" });
  });
});

describe("a token whose owner no longer exists", () => {
  const orphaned = state({
    tokens: [token("A", { orphaned: true })],
    request: { all_data: { serial: "A" } },
  });

  it("has the realm and resolver of the assignment, but no other data of a user", async () => {
    const conditions = {
      realm: "realm1",
      resolver: "resoA",
      user_info: "username == alice",
      user_token_number: "5",
      token_has_owner: "True",
      token_is_orphaned: "True",
    };
    expect(await answers(orphaned, conditions)).toEqual({
      realm: "fulfilled",
      resolver: "fulfilled",
      user_info: "unknown",
      user_token_number: "unknown",
      token_has_owner: "fulfilled",
      token_is_orphaned: "fulfilled",
    });
  });

  it("is ignored if the call names an existing user", async () => {
    const named = state({
      ...orphaned,
      request: { all_data: { serial: "A" }, user: { login: "bob", realm: "realm1" } },
    });
    expect(await answers(named, { user_info: "username == bob", token_is_orphaned: "True" })).toEqual({
      user_info: "fulfilled",
      token_is_orphaned: "fulfilled",
    });
  });
});

describe("tokeninfo that cannot be read", () => {
  it("leaves its condition unknown, whatever the configured value", async () => {
    const unreadable = state({
      tokens: [
        token("A", {
          tokeninfo: {
            count_auth: "ten",
            count_auth_success: "1.5",
            last_auth: "yesterday",
            validity_period_start: "10/03/26 12:00",
          },
        }),
      ],
      request: { all_data: { serial: "A" } },
    });
    const conditions = {
      count_auth: "!=5",
      count_auth_success: ">=0",
      count_auth_fail: "!=5",
      last_auth: "0s",
      token_validity_period: "False",
    };
    expect(new Set(Object.values(await answers(unreadable, conditions)))).toEqual(new Set(["unknown"]));
  });
});

describe("the call's container", () => {
  it("is the one that the call names, and not the token's if there is none with that serial", async () => {
    const recorded = state({
      tokens: [token("A")],
      containers: [{ serial: "C", type: "generic", tokens: ["A"] }],
      request: { all_data: { serial: "A", container_serial: "GONE" } },
    });
    expect(await answers(recorded, { container_type: "generic", token_is_in_container: "True" })).toEqual({
      container_type: "unknown",
      token_is_in_container: "fulfilled",
    });
  });
});
