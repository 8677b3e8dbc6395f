import { expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

it("every action of the container handler changes the container of the call", async () => {
  const { admin, bookend, domain, actions } = await bareServer();
  const { containers, tokens } = domain;
  await containers.create({ type: "smartphone", serial: "C1", tokens: ["OATH00000001", "PISP00000001"] });
  await tokens.revoke({ serial: "PISP00000001" });

  /** Runs one action after a call about the container; returns whether it succeeded, and the container. */
  const run = async (action: string, options: Readonly<Record<string, unknown>> = {}, query = "") => {
    const binding = { name: action, events: ["container_list"], handler: "Container", action, options };
    const { id } = await bookend.bindings.add(binding);
    await admin.call("GET", `/container/?container_serial=C1${query}`);
    await bookend.bindings.remove(id);
    return { success: (await actions())[0]?.success, container: await containers.find("C1") };
  };
  const alice = { login: "alice", realm: "corp" };

  expect(await run("assign", {}, "&user=alice")).toMatchObject({ success: true, container: { owners: [alice] } });
  await run("create", { type: "yubikey", description: "of {username}", user: "1", token: "1" }, "&user=erin");
  expect((await containers.page({ type: "yubikey" })).containers).toMatchObject([
    { description: "of erin", owners: [{ login: "erin" }], tokens: ["TOTP00000001"] },
  ]);
  expect(await run("unassign")).toMatchObject({ success: true, container: { owners: [] } });
  expect(await run("set states", { lost: "1" })).toMatchObject({ success: true, container: { states: ["lost"] } });
  await run("add states", { active: "1" });
  expect(await run("add states", { disabled: "1" })).toMatchObject({ container: { states: ["disabled", "lost"] } });
  expect(await run("set description", { description: "new" })).toMatchObject({ container: { description: "new" } });
  expect(await run("add container info", { key: "a", value: "1" })).toMatchObject({ container: { info: { a: "1" } } });
  const replaced = await run("set container info", { key: "b", value: "2" });
  expect(replaced.container?.info).toEqual({ creation_date: expect.any(String), b: "2" });
  expect(await run("add container info", { key: "creation_date", value: "x" })).toMatchObject({ success: false });
  const emptied = await run("delete container info");
  expect(emptied.container?.info).toEqual({ creation_date: expect.any(String) });

  await run("disable all tokens");
  expect((await tokens.require("OATH00000001")).active).toBe(false);
  expect(await run("enable all tokens")).toMatchObject({ success: true });
  expect((await tokens.require("OATH00000001")).active).toBe(true);
  expect((await tokens.require("PISP00000001")).active).toBe(false);

  await containers.registration.initialize("C1", { serverUrl: "https://mfa.example" });
  expect(await run("unregister")).toMatchObject({ success: true });
  expect((await containers.require("C1")).info).not.toHaveProperty("registration_state");
  expect(await run("unregister")).toMatchObject({ success: false });
  expect(await run("remove all tokens")).toMatchObject({ success: true, container: { tokens: [] } });
  expect(await run("delete")).toMatchObject({ success: true, container: null });
});
