import { describeEachDatabase } from "@bookend/test-kit/databases";
import { expect, it } from "vitest";
import { call, end, noon, recordCalls, start } from "../../test/audit-entries.js";
import { keyFile, openTestStore } from "../../test/fresh-store.js";
import { runProcess } from "../../test/processes/spawn.js";
import type { JoinableUnit } from "./audit-unit.js";

describeEachDatabase("the audit log", ({ freshUrl }) => {
  it("contains calls and their actions with all known facts", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    const record = await audit.begin(
      start({
        actor: { username: "admin", realm: "", role: "admin" },
        user: { login: "alice", realm: "realm1", resolver: "resoA" },
        serial: "OATH1",
        tokenType: "hotp",
        containerSerial: "CONT1",
        clientIp: "10.0.0.1",
        userAgent: "curl/8",
      }),
    );
    await record.success(end({ details: { message: "<1@host>" } }));
    await audit.call(
      call({
        event: "token_init",
        authentication: "ACCEPT",
        serial: "OATH1",
        tokenType: "hotp",
        containerSerial: "CONT1",
        user: { login: "alice", realm: "realm1", resolver: "resoA" },
        actor: { username: "helpdesk", realm: "admins", role: "admin" },
        actionDetail: "genkey",
        info: "fine",
        clientIp: "::1",
        userAgent: "Mozilla/5.0 🙂",
      }),
    );
    const { rows, ...page } = await audit.search();
    expect(page).toMatchObject({ count: 2, current: 1, prev: null, next: null });
    const common = {
      serial: "OATH1",
      token_type: "hotp",
      container_serial: "CONT1",
      user: "alice",
      realm: "realm1",
      resolver: "resoA",
      startdate: noon,
      event: "token_init",
      success: true,
    };
    expect(rows).toEqual([
      {
        ...common,
        number: 2,
        id: "call-1",
        parent: null,
        position: null,
        action: "POST /token/init",
        handler: null,
        binding: null,
        binding_name: null,
        authentication: "ACCEPT",
        administrator: "helpdesk@admins",
        actor: "helpdesk@admins",
        actor_role: "admin",
        action_detail: "genkey",
        info: "fine",
        client: "::1",
        user_agent: "Mozilla/5.0 🙂",
        duration: 12.5,
      },
      {
        ...common,
        number: 1,
        id: "action-1",
        parent: "call-1",
        position: "post",
        action: "POST-EVENT token_init>>UserNotification:sendmail",
        handler: "UserNotification",
        binding: 7,
        binding_name: "mail to the owner",
        authentication: null,
        administrator: "admin",
        actor: "admin",
        actor_role: "admin",
        action_detail: '{"message":"<1@host>"}',
        info: null,
        client: "10.0.0.1",
        user_agent: "curl/8",
        duration: 3,
      },
    ]);
  });

  it.each([
    ["success", end({ reason: "two mails" }), true, "two mails"],
    ["success", end({ outcome: "skipped", reason: "no address" }), true, "skipped: no address"],
    ["failure", end({ outcome: "failed", reason: "no such user" }), false, "failed: no such user"],
    ["failure", end({ outcome: "fault", error: { class: "TypeError", code: "E_X" } }), false, "fault: TypeError E_X"],
    [
      "failure",
      // in the format in which core reports faults
      end({ outcome: "fault", reason: "Error ENOSPC", error: { class: "Error", code: "ENOSPC" } }),
      false,
      "fault: Error ENOSPC",
    ],
  ] as const)("records the outcome of an action: %s, %o", async (method, how, success, info) => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await (await audit.begin(start()))[method](how);
    expect((await audit.search()).rows).toMatchObject([{ success, info }]);
  });

  it.each([
    [
      "an admin's realm",
      { username: "root", realm: "super", role: "admin" },
      undefined,
      { administrator: "root@super", user: null, actor: "root@super", actor_role: "admin" },
    ],
    [
      "users who act on themselves",
      { username: "bob", realm: "r", role: "user" },
      undefined,
      { administrator: null, user: "bob", realm: "r", actor: "bob@r", actor_role: "user" },
    ],
    [
      "a user who acts on another one",
      { username: "bob", realm: "r" },
      { login: "eve", realm: "s" },
      { administrator: null, user: "eve", realm: "s", actor: "bob@r", actor_role: "user" },
    ],
    [
      "a role that the host defines",
      { username: "ann", realm: "", role: "clerk" },
      { login: "eve", realm: "s" },
      { administrator: null, user: "eve", actor: "ann", actor_role: "clerk" },
    ],
    ["nobody", undefined, undefined, { administrator: null, user: null, realm: null, actor: null, actor_role: null }],
  ])("records who acted: %s", async (_, actor, user, expected) => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await audit.call(call({ actor, user }));
    expect((await audit.search()).rows).toMatchObject([expected]);
    const { actor: name } = expected;
    if (name !== null) expect((await audit.search({ filter: { actor: name } })).count).toBe(1);
    expect((await audit.search({ filter: { actor_role: "nobody" } })).count).toBe(0);
  });

  it("writes the entries of a call together when it ends, in the order of its actions", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    const units = [audit.unit(), audit.unit()] as const;
    for (const [index, unit] of units.entries()) {
      for (const id of [`${index} first`, `${index} second`]) {
        const record = await unit.begin(start({ id, parent: `call-${index}` }));
        await record.success(end());
      }
    }
    expect((await audit.search()).count).toBe(0);
    await Promise.all(units.map((unit, index) => unit.commit(call({ id: `call-${index}` }))));
    const ids = (await audit.search({ sort: { column: "number", direction: "asc" } })).rows.map(({ id }) => id);
    expect(ids).toEqual(["0 first", "0 second", "call-0", "1 first", "1 second", "call-1"]);
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 6 });
  });

  it("commits the writes of a call together with its entries or not at all, and affects no other call", async () => {
    const { store } = await openTestStore(await freshUrl());
    const { audit } = store;
    const unit = (id: string, name: string) => {
      const one = audit.unit() as JoinableUnit;
      one.join(async (trx) => {
        await trx.insertInto("bookend_counter").values({ name, node: "", value: 1 }).execute();
      });
      return one.commit(call({ id }));
    };
    await unit("first", "a");
    const ended = await Promise.allSettled([
      unit("twice", "a"),
      unit("second", "b"),
      audit.call(call({ id: "third" })),
    ]);
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    const { rows } = await audit.search({ sort: { column: "id", direction: "asc" } });
    expect(rows.map(({ id }) => id)).toEqual(["first", "second", "third"]);
    expect((await store.counters.list()).map(({ name }) => name).sort()).toEqual(["a", "b"]);
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 3 });
  });

  it("keeps no more than 100 entries of one call in memory", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    const unit = audit.unit();
    for (let index = 0; index < 150; index++) {
      const record = await unit.begin(start({ id: `action-${index}` }));
      await record.failure(end());
    }
    expect((await audit.search()).count).toBe(100);
    await unit.commit();
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 150 });
  });

  it("stores anything that a caller may send, together with the other entries", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await Promise.all([
      audit.call(call({ id: "a" })),
      audit.call(call({ id: "b", user: { login: "nul\0 half\ud800", realm: "" }, userAgent: "🙂".repeat(1000) })),
      audit.call(call({ id: "c", info: "i".repeat(100_000), durationMs: Number.NaN, startedAt: new Date(Number.NaN) })),
      audit.call(call({ id: "d", durationMs: -1 / 3 })),
    ]);
    const { rows } = await audit.search({ sort: { column: "number", direction: "asc" } });
    expect(rows.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(rows[1]).toMatchObject({ user: "nul\ufffd half\ufffd", realm: null });
    expect(rows[1]?.user_agent).toMatch(/^🙂{299}\ufffd?…$/u);
    expect(rows[2]).toMatchObject({ info: `${"i".repeat(9_999)}…`, duration: 0, startdate: new Date(0) });
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 4 });
  });

  it("writes entries in the order in which it received them", async () => {
    const { audit } = (await openTestStore(await freshUrl())).store;
    await recordCalls(audit, 1, 1200);
    const { rows, count } = await audit.search({ pageSize: 1000, sort: { column: "number", direction: "asc" } });
    expect(count).toBe(1200);
    expect(rows.map(({ id }) => id)).toEqual(rows.map(({ number }) => `call-${number}`));
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 1200 });
  });

  it("verifies when four processes write, each with a separate chain", async () => {
    const url = await freshUrl();
    const { audit } = (await openTestStore(url)).store;
    await Promise.all(["a", "b", "c", "d"].map((name) => runProcess("audit.ts", url, keyFile(), name, "20")));
    expect(await audit.verify()).toMatchObject({ ok: true, checked: 320 });
    const { rows } = await audit.search({ pageSize: 1000 });
    expect(new Set(rows.map(({ id }) => id)).size).toBe(320);
  });

  it("writes the entries that it received before close, and none after", async () => {
    const url = await freshUrl();
    const { store } = await openTestStore(url);
    const given = recordCalls(store.audit, 1, 700);
    await store.close();
    expect((await store.audit.search()).count).toBe(700);
    await given;
    await expect(store.audit.call(call())).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });

  it("rejects entries that could not be written, and continues with the next ones", async () => {
    const { store, database } = await openTestStore(await freshUrl());
    await database.db.schema.alterTable("bookend_audit").renameTo("away").execute();
    const failed = await Promise.allSettled([store.audit.call(call()), store.audit.call(call())]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await database.db.schema.alterTable("bookend_audit_mark").renameTo("marks").execute();
    expect(await store.audit.failure()).toBeInstanceOf(Error);
    await database.db.schema.alterTable("marks").renameTo("bookend_audit_mark").execute();
    await database.db.schema.alterTable("away").renameTo("bookend_audit").execute();
    await store.audit.call(call());
    expect(await store.audit.failure()).toBeUndefined();
    expect(await store.audit.verify()).toMatchObject({ ok: true, checked: 1 });
  });
});
