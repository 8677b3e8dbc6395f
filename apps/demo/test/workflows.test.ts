import { describe, expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

const mail = { handlermodule: "UserNotification", action: "sendmail", position: "post" } as const;

describe("tokens", () => {
  it("that the helpdesk enrolls are reported to the user, and those that a user enrolls to the administrator", async () => {
    const { api, admin, bind, mails } = await bareServer();
    await bind({
      ...mail,
      event: "token_init",
      conditions: { logged_in_user: "admin" },
      options: { emailconfig: "demo", To: "tokenowner", subject: "{admin} enrolled {serial} for you", body: "x" },
    });
    await bind({
      ...mail,
      event: "token_init",
      conditions: { logged_in_user: "user" },
      options: {
        emailconfig: "demo",
        To: "internal admin",
        "To internal admin": "admin",
        subject: "{username} enrolled {serial}",
        body: "x",
      },
    });
    await admin.call("POST", "/token/init", { type: "spass", pin: "1", serial: "HELP1", user: "alice" });
    expect(await mails()).toMatchObject([{ to: ["alice@demo.example"], subject: "admin enrolled HELP1 for you" }]);
    const bob = await api.as("bob", "bob-demo");
    await bob.call("POST", "/token/init", { type: "spass", pin: "1", serial: "SELF1" });
    expect(await mails()).toMatchObject([{ to: ["admin@demo.example"], subject: "bob enrolled SELF1" }, {}]);
    expect(await mails()).toHaveLength(2);
  });

  it("get a random PIN, which is mailed and is not part of the response", async () => {
    const { api, admin, bind, mails, actions } = await bareServer();
    const event = { event: "token_init", position: "post" };
    await bind({ ...event, ordering: 1, handlermodule: "Token", action: "set random pin", options: { length: "8" } });
    await bind({
      ...event,
      ...mail,
      ordering: 2,
      options: { emailconfig: "demo", To: "tokenowner", body: "Your PIN is {pin}." },
    });
    await bind({
      ...event,
      ordering: 3,
      handlermodule: "ResponseMangler",
      action: "delete",
      options: { "JSON pointer": "/detail/pin" },
    });
    const { status, body } = await admin.call("POST", "/token/init", { type: "spass", user: "alice", serial: "T1" });
    expect([status, body.result.value, body.detail.serial]).toEqual([200, true, "T1"]);
    expect(body.detail).not.toHaveProperty("pin");
    const [, pin = ""] = /Your PIN is (\w{8})\./.exec((await mails())[0]?.text ?? "") ?? [];
    const login = await api.call("POST", "/validate/check", { serial: "T1", pass: pin });
    expect(login.body.result).toMatchObject({ value: true, authentication: "ACCEPT" });
    expect((await actions()).map(({ action, success }) => [action, success])).toEqual([
      ["POST-EVENT token_init>>ResponseMangler:delete", true],
      ["POST-EVENT token_init>>UserNotification:sendmail", true],
      ["POST-EVENT token_init>>Token:set random pin", true],
    ]);
  });

  it("of type registration are mailed with their code, which then logs in once", async () => {
    const { api, admin, bind, mails } = await bareServer();
    await bind({
      ...mail,
      event: "token_init",
      conditions: { tokentype: "registration" },
      options: { emailconfig: "demo", To: "tokenowner", body: "Your code: {registrationcode}" },
    });
    await admin.call("POST", "/token/init", { type: "spass", pin: "1", user: "alice" });
    expect(await mails()).toEqual([]);
    await admin.call("POST", "/token/init", { type: "registration", user: "alice" });
    const [, pass] = /Your code: (\S+)/.exec((await mails())[0]?.text ?? "") ?? [];
    const login = async () => (await api.call("POST", "/validate/check", { user: "alice", pass })).body.result.value;
    expect([await login(), await login()]).toEqual([true, false]);
  });

  it("are reported to their owner only when they are locked", async () => {
    const { api, bind, mails } = await bareServer();
    await bind({
      ...mail,
      event: "validate_check",
      conditions: { token_locked: "True" },
      options: { emailconfig: "demo", To: "tokenowner", subject: "{serial} is locked", body: "x" },
    });
    const fail = () => api.call("POST", "/validate/check", { user: "bob", pass: "wrong" });
    for (let attempt = 1; attempt < 10; attempt++) await fail();
    expect(await mails()).toEqual([]);
    await fail();
    expect(await mails()).toMatchObject([{ to: ["bob@demo.example"], subject: "PISP00000001 is locked" }]);
  });

  it("are all disabled if their container is lost", async () => {
    const { admin, bind, domain, actions } = await bareServer();
    const { containers, tokens } = domain;
    await bind({
      event: "container_set_states",
      position: "post",
      handlermodule: "Container",
      action: "disable all tokens",
      conditions: { container_state: "lost" },
    });
    await containers.create({ type: "smartphone", serial: "S1", tokens: ["OATH00000001", "TOTP00000001"] });
    const states = (value: string) => admin.call("POST", "/container/S1/states", { states: value });
    const active = async () =>
      Promise.all(
        ["OATH00000001", "TOTP00000001", "PISP00000001"].map(async (each) => (await tokens.require(each)).active),
      );
    await states("active,damaged");
    expect(await active()).toEqual([true, true, true]);
    await states("lost");
    expect(await active()).toEqual([false, false, true]);
    expect(await actions()).toMatchObject([
      { action: "POST-EVENT container_set_states>>Container:disable all tokens", success: true },
    ]);
  });

  it("are enrolled into the container of the call, with a group, a realm and an application", async () => {
    const { admin, bind, domain } = await bareServer();
    await domain.containers.create({ type: "generic", serial: "C1", user: { login: "alice", realm: "corp" } });
    await domain.tokenGroups.save("spare", "");
    await bind({
      event: "container_set_states",
      handlermodule: "Token",
      action: "enroll",
      options: { tokentype: "spass", container: "True", additional_params: '{"serial": "SPARE", "pin": "1"}' },
    });
    const onSpare = { event: "token_enable", handlermodule: "Token" };
    await bind({ ...onSpare, action: "add tokengroup", options: { tokengroup: "spare" } });
    await bind({ ...onSpare, action: "set tokenrealm", options: { realm: "partners", only_realm: "1" } });
    await bind({
      ...onSpare,
      action: "attach application",
      options: { application: "ssh", "machine ID": "web1", user: "{username}", service_id: "x" },
    });
    await admin.call("POST", "/container/C1/states", { states: "active" });
    expect((await domain.containers.require("C1")).tokens).toEqual(["SPARE"]);
    await admin.call("POST", "/token/assign", { serial: "SPARE", user: "frank", realm: "partners" });
    await admin.call("POST", "/token/enable", { serial: "SPARE" });
    const { tokens } = (await admin.call("GET", "/token/?serial=SPARE")).body.result.value;
    expect(tokens).toMatchObject([{ container_serial: "C1", tokengroup: ["spare"], realms: ["partners"] }]);
    expect((await admin.call("GET", "/machine/token?machineid=web1")).body.result.value).toMatchObject([
      { serial: "SPARE", type: "spass", application: "ssh", options: { user: "frank", service_id: "x" } },
    ]);
  });
});

describe("users", () => {
  it("get an attribute with each token, and lose it after a different event", async () => {
    const { admin, bind } = await bareServer();
    const attribute = { handlermodule: "CustomUserAttributes", position: "post" };
    await bind({
      ...attribute,
      event: "token_init",
      action: "set_custom_user_attributes",
      options: { user: "tokenowner", attrkey: "last_token", attrvalue: "{serial}" },
    });
    await bind({
      ...attribute,
      event: "token_delete",
      position: "pre",
      action: "delete_custom_user_attributes",
      options: { user: "tokenowner", attrkey: "last_token" },
    });
    const attributes = async () => (await admin.call("GET", "/user/attribute?user=alice")).body.result.value;
    await admin.call("POST", "/token/init", { type: "spass", pin: "1", serial: "T1", user: "alice" });
    expect(await attributes()).toMatchObject({ last_token: "T1" });
    await admin.call("DELETE", "/token/T1");
    expect(await attributes()).not.toHaveProperty("last_token");
  });

  it("are found in the realm that is part of their name, as in the first example of privacyIDEA's request mangler", async () => {
    const { api, bind, domain } = await bareServer();
    await withCompanies(domain);
    // this is the complete name of a user in the realm example.com
    const login = { user: "surname.givenname@example.com", realm: "", pass: "pin-example" };
    const check = async () => (await api.call("POST", "/validate/check", login)).body.result.authentication;
    expect(await check()).toBe("REJECT");
    await bind({
      event: "validate_check",
      position: "pre",
      handlermodule: "RequestMangler",
      action: "set",
      options: {
        parameter: "realm",
        value: "{0}",
        match_parameter: "user",
        match_pattern: ".*@(.*)",
        reset_user: "True",
      },
    });
    expect(await check()).toBe("ACCEPT");
  });

  it("are found in a company with a new name, as in the second example of privacyIDEA's request mangler", async () => {
    const { api, bind, domain } = await bareServer();
    await withCompanies(domain);
    const check = async (user: string) =>
      (await api.call("POST", "/validate/check", { user, pass: "pin-new" })).body.result.authentication;
    expect(await check("surname.givenname@example.com")).toBe("REJECT");
    await bind({
      event: "validate_check",
      position: "pre",
      handlermodule: "RequestMangler",
      action: "set",
      options: {
        parameter: "user",
        value: "{0}@newcompany.com",
        match_parameter: "user",
        match_pattern: "(.*)@example.com",
        reset_user: "True",
      },
    });
    expect(await check("surname.givenname@example.com")).toBe("ACCEPT");
    // the pattern must match the complete name
    expect(await check("surname.givenname@example.company")).toBe("REJECT");
  });
});

/** Adds two users: `surname.givenname@example.com` in example.com, and `surname.givenname` in newcompany.com. */
async function withCompanies({ resolvers, realms, users, tokens }: Awaited<ReturnType<typeof bareServer>>["domain"]) {
  for (const [realm, username, pin] of [
    ["example.com", "surname.givenname@example.com", "pin-example"],
    ["newcompany.com", "surname.givenname", "pin-new"],
  ] as const) {
    await resolvers.save(realm, "sqlresolver", {});
    await realms.save(realm, [{ name: realm }]);
    await users.add(realm, { username });
    await tokens.init({ type: "spass", pin }, { login: username, realm });
  }
}
