import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { createLogger, loadSecrets, parseConfig, startServer } from "../src/index.js";

/** Starts a server with two users. */
async function serverWithUsers() {
  const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-list-"));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const config = parseConfig({ dataDirectory, port: 0, log: { level: "silent" } });
  const server = await startServer({
    config,
    secrets: await loadSecrets(config),
    logger: createLogger(config.log),
  });
  onTestFinished(() => server.close());
  const { admins, resolvers, realms, users } = server.domain;
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  await admins.save("admin", { password: "a password of an administrator" });
  for (const username of ["alice", "bob"]) await users.add("people", { username, surname: `${username}'s "name"` });
  const login = await fetch(`${server.url}/auth`, {
    method: "POST",
    body: new URLSearchParams({ username: "admin", password: "a password of an administrator" }),
  });
  const { result } = (await login.json()) as { result: { value: { token: string } } };
  const list = async () => {
    const response = await fetch(`${server.url}/user/?realm=corp`, { headers: { authorization: result.value.token } });
    return response.text();
  };
  return { server, list };
}

it("shows a list of users to bindings, and sends what they leave of it", async () => {
  const { server, list } = await serverWithUsers();
  const user = (username: string) => ({
    username,
    userid: expect.any(String),
    givenname: "",
    surname: `${username}'s "name"`,
    email: "",
    phone: "",
    mobile: "",
    realm: "corp",
    resolver: "people",
    editable: true,
  });
  expect(JSON.parse(await list())).toMatchObject({
    id: 1,
    result: { status: true, value: [user("alice"), user("bob")] },
  });
  await server.bookend.bindings.add({
    name: "removes the second user",
    events: ["user_list"],
    handler: "ResponseMangler",
    action: "delete",
    options: { "JSON pointer": "/result/value/1" },
  });
  expect(JSON.parse(await list())).toMatchObject({ result: { value: [user("alice")] } });
  const { rows } = await server.store.audit.search({ filter: { handler: "ResponseMangler" } });
  expect(rows).toMatchObject([{ success: true }]);
});

it("does not parse a list of users that nothing reads", async () => {
  const { list } = await serverWithUsers();
  const parse = vi.spyOn(JSON, "parse");
  onTestFinished(() => parse.mockRestore());
  expect(await list()).toContain('"editable":true');
  expect(parse.mock.calls.filter(([text]) => text.includes('"editable":true'))).toEqual([]);
});
