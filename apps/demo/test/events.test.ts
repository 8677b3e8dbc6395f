import { appPublicKey, appSignature } from "@bookend/test-kit/push-app";
import { smartphone } from "@bookend/test-kit/smartphone";
import { expect, it } from "vitest";
import { type Answer, asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

/** All events of the reference app. */
const events = [
  "auth",
  "container_add_token",
  "container_assign",
  "container_delete",
  "container_delete_info",
  "container_init",
  "container_list",
  "container_register_finalize",
  "container_register_initialize",
  "container_remove_token",
  "container_set_description",
  "container_set_info",
  "container_set_realms",
  "container_set_states",
  "container_unassign",
  "container_unregister",
  "delete_custom_user_attribute",
  "get_user_attribute",
  "set_custom_user_attribute",
  "token_assign",
  "token_assign_group",
  "token_copypin",
  "token_copyuser",
  "token_delete",
  "token_disable",
  "token_enable",
  "token_getchallenges",
  "token_getserial",
  "token_info",
  "token_init",
  "token_list",
  "token_load",
  "token_lost",
  "token_realm",
  "token_reset",
  "token_resync",
  "token_revoke",
  "token_set",
  "token_setpin",
  "token_setrandompin",
  "token_unassign",
  "token_unassign_group",
  "ttype",
  "user_add",
  "user_delete",
  "user_list",
  "user_update",
  "validate_check",
  "validate_poll_transaction",
  "validate_triggerchallenge",
];

type ApiCall = readonly [event: string, method: string, path: string, parameters?: object];

const pollTime = new Date().toISOString();

/** A call of each route that raises an event. The order matters, since some calls need the result of an earlier one. */
const calls: readonly (ApiCall | ((former: Answer["body"]) => ApiCall))[] = [
  ["auth", "POST", "/auth", { username: "admin", password: "bookend-demo" }],
  ["token_list", "GET", "/token/"],
  ["token_getchallenges", "GET", "/token/challenges/"],
  ["token_getchallenges", "GET", "/token/challenges/OATH00000001"],
  ["token_getserial", "GET", "/token/getserial/755224"],
  ["token_init", "POST", "/token/init", { type: "spass", serial: "PISP4711", pin: "1", user: "alice" }],
  ["token_disable", "POST", "/token/disable", { serial: "PISP4711" }],
  ["token_disable", "POST", "/token/disable/PISP4711"],
  ["token_enable", "POST", "/token/enable", { serial: "PISP4711" }],
  ["token_reset", "POST", "/token/reset", { serial: "PISP4711" }],
  ["token_setpin", "POST", "/token/setpin", { serial: "PISP4711", otppin: "2" }],
  ["token_setrandompin", "POST", "/token/setrandompin", { serial: "PISP4711" }],
  ["token_set", "POST", "/token/set", { serial: "PISP4711", description: "mine", max_failcount: "5" }],
  ["token_resync", "POST", "/token/resync", { serial: "OATH00000001", otp1: "287082", otp2: "359152" }],
  ["token_realm", "POST", "/token/realm/PISP4711", { realms: "partners" }],
  ["token_info", "POST", "/token/info/PISP4711/colour", { value: "red" }],
  ["token_info", "DELETE", "/token/info/PISP4711/colour"],
  ["token_copypin", "POST", "/token/copypin", { from: "PISP4711", to: "PISP00000001" }],
  ["token_copyuser", "POST", "/token/copyuser", { from: "PISP4711", to: "OATH00000002" }],
  ["validate_check", "POST", "/validate/check", { user: "bob", pass: "wrong" }],
  ["validate_check", "GET", "/validate/check?user=bob&pass=wrong"],
  ["validate_triggerchallenge", "POST", "/validate/triggerchallenge", { user: "carol" }],
  ["validate_poll_transaction", "GET", "/validate/polltransaction/1234567890"],
  ["validate_poll_transaction", "GET", "/validate/polltransaction?transaction_id=1234567890"],
  ["container_init", "POST", "/container/init", { type: "smartphone", container_serial: "SMPH4711", user: "alice" }],
  ["container_list", "GET", "/container/?user=alice"],
  ["container_add_token", "POST", "/container/SMPH4711/add", { serial: "PISP4711" }],
  ["container_add_token", "POST", "/container/SMPH4711/addall", { serial: "OATH00000001,PISM00000001" }],
  ["container_remove_token", "POST", "/container/SMPH4711/remove", { serial: "PISP4711" }],
  ["container_remove_token", "POST", "/container/SMPH4711/removeall", { serial: "OATH00000001,PISM00000001" }],
  ["container_assign", "POST", "/container/SMPH4711/assign", { user: "bob" }],
  ["container_unassign", "POST", "/container/SMPH4711/unassign", { user: "bob" }],
  ["container_set_states", "POST", "/container/SMPH4711/states", { states: "active,damaged" }],
  ["container_set_description", "POST", "/container/SMPH4711/description", { description: "cracked" }],
  ["container_set_realms", "POST", "/container/SMPH4711/realms", { realms: "partners" }],
  ["container_set_info", "POST", "/container/SMPH4711/info/colour", { value: "red" }],
  ["container_delete_info", "DELETE", "/container/SMPH4711/info/colour"],
  ["container_register_initialize", "POST", "/container/register/initialize", { container_serial: "SMPH4711" }],
  ({ result }) => [
    "container_register_finalize",
    "POST",
    "/container/register/finalize",
    smartphone().answer(result.value),
  ],
  ["container_unregister", "POST", "/container/register/SMPH4711/terminate"],
  ["container_delete", "DELETE", "/container/SMPH4711"],
  ["token_load", "POST", "/token/load/tokens.csv", { type: "oathcsv", file: "OATH4712,3132333435363738" }],
  ["token_assign_group", "POST", "/token/group/PISP4711/office"],
  ["token_unassign_group", "DELETE", "/token/group/PISP4711/office"],
  ["token_init", "POST", "/token/init", { type: "push", serial: "PIPU4711", genkey: 1, user: "alice" }],
  ({ detail }) => [
    "ttype",
    "POST",
    "/ttype/push",
    { serial: "PIPU4711", enrollment_credential: detail.enrollment_credential, pubkey: appPublicKey },
  ],
  [
    "ttype",
    "GET",
    `/ttype/push?${new URLSearchParams({
      serial: "PIPU4711",
      timestamp: pollTime,
      signature: appSignature(["PIPU4711", pollTime]),
    })}`,
  ],
  ["token_lost", "POST", "/token/lost/PISP4711"],
  ["token_unassign", "POST", "/token/unassign", { serial: "PISP4711" }],
  ["token_assign", "POST", "/token/assign", { serial: "PISP4711", user: "bob" }],
  ["token_revoke", "POST", "/token/revoke", { serial: "PISP4711" }],
  ["token_delete", "DELETE", "/token/PISP4711"],
  ["user_add", "POST", "/user/", { user: "henry", resolver: "people", password: "1", email: "henry@demo.example" }],
  ["user_list", "GET", "/user/?username=hen*"],
  ["user_update", "PUT", "/user/", { user: "henry", resolver: "people", givenname: "Henry" }],
  ["set_custom_user_attribute", "POST", "/user/attribute", { user: "henry", key: "hat", value: "blue" }],
  ["get_user_attribute", "GET", "/user/attribute?user=henry&key=hat"],
  ["delete_custom_user_attribute", "DELETE", "/user/attribute/hat/henry/corp"],
  ["user_delete", "DELETE", "/user/people/henry"],
];

it("the management API lists all events", async () => {
  const { api } = await testServer();
  const admin = await asAdmin(api);
  expect((await admin.call("GET", "/event/available")).body.result.value).toEqual(events);
});

it("every route raises its event, and its call is in the audit log", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  await server.bookend.bindings.add({
    name: "count each event",
    events: [...server.bookend.events],
    ordering: 99,
    handler: "Counter",
    action: "increase_counter",
    options: { counter_name: "{action}" },
  });
  await server.domain.tokenGroups.save("office", "");
  const counted = new Map<string, number>();
  let former: Answer["body"];
  for (const call of calls) {
    const [event, method, path, parameters] = typeof call === "function" ? call(former) : call;
    const { status, body } = await admin.call(method, path, parameters);
    former = body;
    expect([method, path, status, body.result.status]).toEqual([method, path, 200, true]);
    counted.set(event, (counted.get(event) ?? 0) + 1);
    const { auditdata } = (await admin.call("GET", "/audit/?page_size=20")).body.result.value;
    // deliveries have entries of their own, which may be written at any time
    const [row, action] = auditdata.filter(({ action }: { action: string }) => !action.startsWith("DELIVERY "));
    expect(row).toMatchObject({ event, action: expect.stringMatching(new RegExp(`^${method} /`)), parent: null });
    expect(action).toMatchObject({ event, parent: row.id, binding_name: "count each event" });
  }
  expect([...counted.keys()].sort()).toEqual(events);
});

it("the audit log has a backtest as a successful call, and a refused backtest as a failed call", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const [binding] = await server.bookend.bindings.list();
  for (const id of [binding?.id, 999_999]) {
    const response = await fetch(`${server.url}/event/backtest`, {
      method: "POST",
      headers: { authorization: admin.token ?? "", "content-type": "application/json" },
      body: JSON.stringify({ id }),
    });
    await response.text();
  }
  const { auditdata } = (await admin.call("GET", "/audit/?action=*backtest*")).body.result.value;
  expect(auditdata.map(({ success }: { success: boolean }) => success)).toEqual([false, true]);
});

it("the audit log has no entry for the checks of the binding editor, unless they are refused", async () => {
  const server = await testServer();
  const admin = await asAdmin(server.api);
  const binding = { name: "new", event: "auth", handlermodule: "Logging", action: "logging", position: "post" };
  const { status, body } = await admin.call("POST", "/event/check", binding);
  expect([status, body.result.value]).toMatchObject([200, { valid: true }]);
  expect((await server.api.call("POST", "/event/check?x", binding)).status).toBe(401);
  const { auditdata } = (await admin.call("GET", "/audit/?action=*event/check*")).body.result.value;
  expect(auditdata.map(({ success }: { success: boolean }) => success)).toEqual([false]);
});
