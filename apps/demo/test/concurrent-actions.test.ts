import type { ConfigInput } from "@bookend/reference";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

describeEachDatabase("the token handler", ({ freshUrl }) => {
  it("loses none of 100 concurrent changes", async () => {
    const { admin, bind, domain } = await bareServer({ config: { database: databaseOf(await freshUrl()) } });
    const serial = "OATH00000002";
    const onRead = { event: "token_getchallenges", handlermodule: "Token", position: "post" };
    await bind({ ...onRead, action: "increase tokeninfo", options: { key: "reads", increment: "2" } });
    await bind({ ...onRead, action: "change failcounter", options: { "change fail counter": "+1" } });
    const calls = Array.from({ length: 100 }, () => admin.call("GET", `/token/challenges/${serial}`));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
    expect(await domain.tokens.require(serial)).toMatchObject({ failCount: 100, info: { reads: "200" } });
  });
});

function databaseOf(url: string): ConfigInput["database"] {
  if (url.startsWith("sqlite:")) return { kind: "sqlite", file: url.slice("sqlite:".length) };
  return { kind: "postgres", url };
}
