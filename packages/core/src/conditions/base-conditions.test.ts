import type { RecordedState } from "@bookend/test-kit";
import { describe, expect, it } from "vitest";
import { explained } from "../../test/vectors/explained.js";
import { baseConditions } from "./index.js";

/** A state in which every condition has a value. */
const everything: RecordedState = {
  now: "2026-03-15T12:00:00Z",
  realms: { realm1: ["resoA"], realm3: ["resoA", "resoB"] },
  tokens: [
    {
      serial: "HOTP0001",
      type: "hotp",
      description: "",
      realms: ["realm1", "realm3"],
      owner: { login: "alice", realm: "realm1", resolver: "resoA" },
      tokeninfo: {
        a: "5",
        count_auth: "12",
        count_auth_success: "7",
        last_auth: "2026-03-14 12:00:00.000000+00:00",
        validity_period_end: "2026-03-17T12:00+0000",
      },
      failcount: 3,
      max_failcount: 10,
      count: 42,
      count_window: 10,
      active: true,
      rollout_state: "",
    },
  ],
  containers: [
    {
      serial: "CONT0001",
      type: "smartphone",
      states: ["active", "lost"],
      realms: ["realm1"],
      users: [{ login: "alice", realm: "realm1" }],
      info: { k: "v" },
      tokens: ["HOTP0001"],
      last_authentication: "2026-03-15T10:00:00Z",
      last_synchronization: "2026-03-15T11:00:00Z",
    },
  ],
  challenges: [
    {
      serial: "HOTP0001",
      transaction_id: "1",
      session: "enrollment",
      timestamp: "2026-03-15T11:59:00Z",
      expiration: "2026-03-15T12:01:00Z",
    },
  ],
  counters: [{ name: "c1", value: 10 }],
  request: {
    all_data: { serial: "HOTP0001", amount: 12 },
    headers: { "X-Request-Id": "r1" },
    user: { login: "alice", realm: "realm1" },
  },
  response: {
    json: {
      result: { status: true, value: 1, authentication: "ACCEPT", error: { message: "broken" } },
      detail: { message: "matching 1 tokens" },
    },
  },
  client_ip: "10.0.0.5",
  logged_in_user: { username: "admin", realm: "", role: "admin" },
};

/**
 * For each condition, a configured value that is fulfilled in the state above, and the value that `explain` shows as
 * seen. Written from the specification, not from the code.
 */
const table: readonly (readonly [name: string, value: unknown, seen: unknown])[] = [
  ["client_ip", "10.0.0.0/8", "10.0.0.5"],
  ["result_status", "True", true],
  ["result_value", "True", true],
  ["result_authentication", "ACCEPT", "ACCEPT"],
  ["detail_message", "matching", "matching 1 tokens"],
  ["detail_error_message", "broken", "broken"],
  ["http_status", "2xx", 200],
  ["parameter", "amount > 11", "12"],
  ["response", "detail.message == matching 1 tokens", "matching 1 tokens"],
  ["header", "x-request-id == r1", "r1"],
  ["actor_role", "admin", "admin"],
  ["actor", "admin", "admin"],
  ["logged_in_user", "admin", "admin"],
  ["realm", "realm1", "realm1"],
  ["resolver", "resoA", "resoA"],
  ["user_info", "givenname == Alice", "Alice"],
  ["user_token_number", "1", 1],
  ["user_container_number", "1", 1],
  ["tokentype", "hotp", "hotp"],
  ["tokenrealm", "realm3", ["realm1", "realm3"]],
  ["tokenresolver", "resoB", ["resoA", "resoB"]],
  ["serial", "HOTP", "HOTP0001"],
  ["token_has_owner", "True", true],
  ["token_is_orphaned", "False", false],
  ["token_locked", "False", false],
  ["token_validity_period", "True", true],
  ["token_is_in_container", "True", true],
  ["tokeninfo", "a > 4", "5"],
  ["rollout_state", "", "enrolled"],
  ["last_auth", "23h", "2026-03-14T12:00:00.000Z"],
  ["count_auth", "12", 12],
  ["count_auth_success", "7", 7],
  ["count_auth_fail", "5", 5],
  ["failcounter", "3", 3],
  ["otp_counter", "42", 42],
  ["counter", "c1 >= 10", 10],
  ["challenge_session", "enroll", "enrollment"],
  ["challenge_expired", "False", false],
  ["container_state", "lost", ["active", "lost"]],
  ["container_exact_state", "lost, active", ["active", "lost"]],
  ["container_has_owner", "True", true],
  ["container_type", "smartphone", "smartphone"],
  ["container_has_token", "True", true],
  ["container_realm", "realm1", ["realm1"]],
  ["container_resolver", "resoA", ["resoA"]],
  ["container_info", "k == v", "v"],
  ["container_last_authentication", "1h", "2026-03-15T10:00:00.000Z"],
  ["container_last_synchronization", "30m", "2026-03-15T11:00:00.000Z"],
];

/** Conditions that count as fulfilled if they are unknown. */
const fulfilledUnknown = ["user_token_number", "user_container_number", "tokenrealm", "tokenresolver", "serial"];

describe("the base conditions", () => {
  it("are the 48 of the specification", () => {
    expect(baseConditions.map(({ name }) => name).sort()).toEqual(table.map(([name]) => name).sort());
    expect(table).toHaveLength(48);
  });

  it.each(table)("%s %j: explain shows the seen value as JSON", async (name, value, seen) => {
    const { conditions, wouldRun } = await explained(everything, { [name]: value });
    expect(JSON.parse(JSON.stringify(conditions))).toEqual([
      { name, answer: "fulfilled", counts: true, seen, wanted: value },
    ]);
    expect(wouldRun).toBe(true);
  });

  it.each(table)(
    "%s: is unknown if the call has no value for it, and then counts as documented",
    async (name, value) => {
      const nothing: RecordedState = { now: everything.now, realms: {} };
      const { conditions, wouldRun } = await explained(nothing, { [name]: value });
      const [answered] = conditions;
      if (name === "logged_in_user" || name === "counter") {
        // without a login the role is "user", and a counter that does not exist is 0
        expect(answered).toMatchObject({ answer: "not fulfilled", seen: name === "counter" ? 0 : "user" });
      } else {
        expect(answered).toEqual({ name, answer: "unknown", counts: fulfilledUnknown.includes(name), wanted: value });
      }
      expect(wouldRun).toBe(fulfilledUnknown.includes(name));
    },
  );

  it("that read the response are known only at post", () => {
    const ofResponse = baseConditions
      .filter(({ positions }) => positions)
      .map(({ name, positions }) => [name, positions]);
    expect(ofResponse).toEqual(
      [
        ...["result_status", "result_value", "result_authentication", "detail_message", "detail_error_message"],
        ...["http_status", "response"],
      ].map((name) => [name, ["post"]]),
    );
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "do not see a field %s that was not stored",
    async (key) => {
      for (const name of ["user_info", "tokeninfo", "container_info"]) {
        const { conditions } = await explained(everything, { [name]: `${key} != x` });
        expect(conditions).toMatchObject([{ answer: "unknown", counts: false }]);
      }
    },
  );

  it("do not see the inherited fields of a response", async () => {
    const body = { result: Object.create({ value: true, status: true }) };
    expect(
      (await explained(everything, { result_value: "True", result_status: "True" }, body)).conditions,
    ).toMatchObject([{ answer: "unknown" }, { answer: "unknown" }]);
  });
});
