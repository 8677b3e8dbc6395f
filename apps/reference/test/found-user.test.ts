import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createLogger, loadSecrets, parseConfig, startServer } from "../src/index.js";

it("reads the user of an authentication once, although a post binding depends on the user", async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "bookend-found-"));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const config = parseConfig({ dataDirectory, port: 0, log: { level: "silent" } });
  const read: string[] = [];
  const server = await startServer({
    config,
    secrets: await loadSecrets(config),
    logger: createLogger(config.log),
    directories: {
      users: {
        find: async ({ login }) => {
          read.push(login);
          return null;
        },
        resolversOf: () => [],
      },
    },
  });
  onTestFinished(() => server.close());
  const { resolvers, realms, users, tokens } = server.domain;
  await resolvers.save("people", "sqlresolver", {});
  await realms.save("corp", [{ name: "people" }]);
  await users.add("people", { username: "alice", email: "alice@example.com" });
  await tokens.init({ type: "spass", pin: "1234" }, { login: "alice", realm: "corp" });
  await server.bookend.bindings.add({
    name: "logs corp",
    events: ["validate_check"],
    handler: "Logging",
    action: "logging",
    conditions: { realm: "corp", user_info: "email == alice@example.com" },
  });
  const check = async (parameters: Record<string, string>) => {
    const body = new URLSearchParams(parameters);
    await (await fetch(`${server.url}/validate/check`, { method: "POST", body })).json();
  };
  await check({ user: "alice", pass: "1234" });
  await check({ user: "alice", pass: "wrong" });
  const { rows } = await server.store.audit.search({ filter: { handler: "Logging" } });
  expect({ read, ran: rows.map(({ binding_name }) => binding_name) }).toEqual({
    read: [],
    ran: ["logs corp", "logs corp"],
  });
  // the owner of a token is not read with the token
  const [token] = await tokens.list({ user: { login: "alice", realm: "corp" } });
  await check({ serial: token?.serial ?? "", pass: "1234" });
  expect(read).toEqual(["alice"]);
});
