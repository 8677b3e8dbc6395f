import { beforeEach, describe, expect, it } from "vitest";
import { type BareServer, bareServer } from "./bare-server.js";

const sendmail = { handlermodule: "UserNotification", action: "sendmail", position: "post" } as const;

/** A call that removes an object, and what a post binding then sees. */
interface Removal {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly parameters?: Record<string, string>;
  /** The values of `{serial} {container_serial} {tokentype}` in a mail. */
  readonly named: string;
  readonly conditions: Record<string, string>;
}

const ofAlice = { realm: "corp", user_info: "givenname == Alice" };
const ownToken = { tokentype: "hotp", token_has_owner: "True", tokeninfo: "mark == 1" };
const ownContainer = { container_type: "generic", container_has_owner: "True" };

const removals: Record<string, Removal> = {
  token_unassign: {
    method: "POST",
    path: "/token/unassign",
    parameters: { serial: "OWN1" },
    named: "OWN1 CONT1 hotp",
    conditions: { ...ownToken, ...ownContainer, user_token_number: "2", token_is_in_container: "True" },
  },
  token_delete: {
    method: "DELETE",
    path: "/token/OWN1",
    named: "OWN1 CONT1 hotp",
    conditions: { ...ownToken, ...ownContainer, user_token_number: "2", container_has_token: "False" },
  },
  container_unassign: {
    method: "POST",
    path: "/container/CONT1/unassign",
    parameters: { user: "alice", realm: "corp" },
    named: "OATH00000001,OWN1,OWN2 CONT1 ",
    conditions: { ...ownContainer, user_container_number: "0", container_has_token: "True" },
  },
  container_delete: {
    method: "DELETE",
    path: "/container/CONT1",
    named: "OATH00000001,OWN1,OWN2 CONT1 ",
    conditions: { ...ownContainer, user_container_number: "0", container_has_token: "False" },
  },
  container_remove_token: {
    method: "POST",
    path: "/container/CONT1/remove",
    parameters: { serial: "OWN1" },
    named: "OWN1 CONT1 hotp",
    conditions: { ...ownToken, ...ownContainer, container_has_token: "False" },
  },
  container_unregister: {
    method: "POST",
    path: "/container/register/CONT1/terminate",
    named: "OATH00000001,OWN1,OWN2 CONT1 ",
    conditions: ownContainer,
  },
};

describe("post bindings still see the objects that the call removed", () => {
  let server: BareServer;

  beforeEach(async () => {
    server = await bareServer();
    const { admin } = server;
    for (const serial of ["OWN1", "OWN2"]) {
      await admin.call("POST", "/token/init", { type: "hotp", genkey: "1", serial, user: "alice", realm: "corp" });
    }
    await admin.call("POST", "/token/info/OWN1/mark", { value: "1" });
    await admin.call("POST", "/container/init", {
      type: "generic",
      container_serial: "CONT1",
      user: "alice",
      realm: "corp",
    });
    await admin.call("POST", "/container/CONT1/add", { serial: "OWN1" });
  });

  it.each(Object.entries(removals))("%s", async (event, { method, path, parameters, named, conditions }) => {
    const { admin, bind, mails, actions } = server;
    const options = {
      emailconfig: "demo",
      To: "tokenowner",
      subject: "{serial} {container_serial} {tokentype}",
      body: "{username} {userrealm}",
    };
    await bind({ ...sendmail, event, options, conditions: { ...conditions, ...ofAlice } });
    await bind({ ...sendmail, event, options, conditions: { realm: "elsewhere" } });
    await bind({ ...sendmail, event, options, conditions: { user_info: "givenname == Bob" } });
    const { status } = await admin.call(method, path, parameters);
    expect(status).toBe(200);
    expect(await mails()).toMatchObject([{ to: ["alice@demo.example"], subject: named.trim() }]);
    expect((await mails())[0]?.text.trim()).toBe("alice corp");
    expect(await actions()).toHaveLength(1);
  });

  it("token_unassign of a list of serials", async () => {
    const { admin, bind, mails } = server;
    const options = { emailconfig: "demo", To: "email", "To email": "it@demo.example", subject: "{serial}", body: "x" };
    await bind({ ...sendmail, event: "token_unassign", options });
    await admin.call("POST", "/token/unassign", { serial: "OWN1,OWN2" });
    expect(await mails()).toMatchObject([{ subject: "OWN1,OWN2" }]);
  });

  it("token_unassign of a user, without a serial", async () => {
    const { admin, bind, mails } = server;
    const options = { emailconfig: "demo", To: "tokenowner", subject: "{serial}", body: "x" };
    await bind({ ...sendmail, event: "token_unassign", options, conditions: { user_token_number: "0" } });
    await admin.call("POST", "/token/unassign", { user: "alice", realm: "corp" });
    expect(await mails()).toMatchObject([{ to: ["alice@demo.example"], subject: "OATH00000001,OWN1,OWN2" }]);
  });

  it("user_delete", async () => {
    const { admin, bind, mails, actions } = server;
    const created = {
      user: "zoe",
      resolver: "people",
      realm: "corp",
      email: "zoe@demo.example",
      givenname: "Zoe",
      password: "x",
    };
    const added = await admin.call("POST", "/user/", created);
    expect(added.body.result).toMatchObject({ status: true });
    const options = {
      emailconfig: "demo",
      To: "tokenowner",
      subject: "bye {username}",
      body: "{user} {userrealm} {serial}",
    };
    await admin.call("POST", "/token/init", { type: "spass", pin: "1", serial: "ZOE1", user: "zoe", realm: "corp" });
    const conditions = { realm: "corp", user_info: "givenname == Zoe", user_token_number: "1", tokentype: "spass" };
    await bind({ ...sendmail, event: "user_delete", options, conditions });
    await bind({ ...sendmail, event: "user_delete", options, conditions: { user_token_number: "0" } });
    const answer = await admin.call("DELETE", "/user/people/zoe");
    expect(answer.body.result).toMatchObject({ status: true });
    expect(await mails()).toMatchObject([{ to: ["zoe@demo.example"], subject: "bye zoe" }]);
    expect((await mails())[0]?.text.trim()).toBe("Zoe corp ZOE1");
    expect(await actions()).toHaveLength(1);
  });

  it("a deleted user is the one whose name is given, not one whose name differs in letter case", async () => {
    const { admin, bind, mails } = server;
    for (const username of ["zoe", "Zoe"]) {
      const user = {
        username,
        resolver: "people",
        realm: "corp",
        givenname: username,
        email: `${username}@demo.example`,
      };
      expect((await admin.call("POST", "/user/", user)).body.result).toMatchObject({ status: true });
    }
    const options = { emailconfig: "demo", To: "tokenowner", subject: "bye {username}", body: "{givenname}" };
    await bind({ ...sendmail, event: "user_delete", options });
    expect((await admin.call("DELETE", "/user/people/Zoe")).body.result).toMatchObject({ status: true });
    expect(await mails()).toMatchObject([{ to: ["Zoe@demo.example"], subject: "bye Zoe" }]);
    expect((await admin.call("DELETE", "/user/people/ZOE")).body.result).toMatchObject({ status: false });
    expect(await mails()).toHaveLength(1);
    expect((await admin.call("DELETE", "/user/people/zoe")).body.result).toMatchObject({ status: true });
    // newest first
    expect(await mails()).toMatchObject([{ to: ["zoe@demo.example"], subject: "bye zoe" }, { subject: "bye Zoe" }]);
  });

  // from apps/demo/test/fixtures/public-reports.json: U4, and similar cases
  it("a check warns about a condition on an object that the event creates later or has already deleted", async () => {
    const { bookend } = server;
    const logging = { handler: "Logging", action: "logging", name: "b" } as const;
    const warned = async (event: string, position: "pre" | "post", conditions: Record<string, string>) =>
      (await bookend.check({ ...logging, events: [event], position, conditions })).map(({ code, field }) => [
        code,
        field,
      ]);
    const warning = ["OBJECT_NOT_THERE", "conditions.tokentype"];
    expect(await warned("token_delete", "post", { tokentype: "hotp" })).toEqual([warning]);
    expect(await warned("token_init", "pre", { tokentype: "hotp" })).toEqual([warning]);
    expect(await warned("container_init", "pre", { container_type: "generic" })).toEqual([
      ["OBJECT_NOT_THERE", "conditions.container_type"],
    ]);
    expect(await warned("token_init", "post", { tokentype: "hotp" })).toEqual([]);
    expect(await warned("token_delete", "pre", { tokentype: "hotp" })).toEqual([]);
    expect(await warned("token_init", "pre", { user_token_number: ">3", realm: "corp" })).toEqual([]);
    expect(await warned("token_delete", "post", { realm: "corp" })).toEqual([]);
  });

  it("actions cannot change deleted objects, and report this", async () => {
    const { admin, bind, actions } = server;
    await bind({
      handlermodule: "Token",
      action: "set description",
      position: "post",
      event: "token_delete",
      options: { description: "x" },
    });
    await admin.call("DELETE", "/token/OWN1");
    expect(await actions()).toMatchObject([
      { success: false, info: expect.stringContaining("The call has no token.") },
    ]);
  });
});
