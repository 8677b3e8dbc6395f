import type { ConfigInput } from "@bookend/reference";
import { openDatabase } from "@bookend/store-sql";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it, onTestFinished } from "vitest";
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

describeEachDatabase("the counter handler", ({ freshUrl }) => {
  const onRead = { event: "token_getchallenges", handlermodule: "Counter", position: "post" };
  const path = "/token/challenges/OATH00000002";

  it("loses none of 100 concurrent calls, and shows each its own changes", async () => {
    const { admin, bind, store } = await bareServer({ config: { database: databaseOf(await freshUrl()) } });
    const named = (counter_name: string) => ({ ...onRead, options: { counter_name } });
    await bind({ ...named("reads"), action: "increase_counter" });
    await bind({ ...named("own"), action: "reset_counter", position: "pre" });
    await bind({ ...named("own"), action: "increase_counter" });
    await bind({ ...named("seen"), action: "increase_counter", conditions: { counter: "own==1" } });
    const calls = Array.from({ length: 100 }, () => admin.call("GET", path));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
    expect(await store.counters.list()).toEqual([
      { name: "own", value: 1 },
      { name: "reads", value: 100 },
      { name: "seen", value: 100 },
    ]);
  });

  it("fails a call whose counters cannot be committed", async () => {
    const url = await freshUrl();
    const { admin, bind, store } = await bareServer({ config: { database: databaseOf(url) } });
    await bind({ ...onRead, action: "increase_counter", options: { counter_name: "reads" } });
    expect((await admin.call("GET", path)).status).toBe(200);
    // with this index, two counters with the same value cannot be stored
    const database = await openDatabase<object>({ url });
    onTestFinished(() => database.close());
    await database.db.schema.createIndex("one").unique().on("bookend_counter").column("value").execute();
    await bind({ ...onRead, action: "reset_counter", options: { counter_name: "reads" } });
    await bind({ ...onRead, action: "reset_counter", options: { counter_name: "more" } });
    expect((await admin.call("GET", path)).status).toBe(500);
    expect(await store.counters.list()).toEqual([{ name: "reads", value: 1 }]);
  });
});

describeEachDatabase("a durable delivery", ({ freshUrl }) => {
  it("fails its call if it cannot be stored", async () => {
    const url = await freshUrl();
    const { admin, bind } = await bareServer({ config: { database: databaseOf(url) } });
    await bind({
      event: "token_getchallenges",
      handlermodule: "UserNotification",
      position: "post",
      action: "sendmail",
      delivery: "durable",
      options: {
        emailconfig: "demo",
        To: "internal admin",
        "To internal admin": "admin",
        subject: "Read",
        body: "It was read.",
      },
    });
    const read = async () => (await admin.call("GET", "/token/challenges/OATH00000002")).status;
    const stored = async () => (await admin.call("GET", "/event/deliveries")).body.result.value.length;
    expect([await read(), await stored()]).toEqual([200, 1]);
    const database = await openDatabase<object>({ url });
    onTestFinished(() => database.close());
    const only = database.db.schema.createIndex("one").unique().on("bookend_delivery").column("version");
    await only.execute();
    expect([await read(), await stored()]).toEqual([500, 1]);
    await database.db.schema.dropIndex("one").execute();
    expect([await read(), await stored()]).toEqual([200, 2]);
  });
});

function databaseOf(url: string): ConfigInput["database"] {
  if (url.startsWith("sqlite:")) return { kind: "sqlite", file: url.slice("sqlite:".length) };
  return { kind: "postgres", url };
}
