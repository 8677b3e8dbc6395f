import { constants, createPrivateKey, sign } from "node:crypto";
import { join } from "node:path";
import { createLogger, loadSecrets, startServer } from "@bookend/reference";
import { openDatabase, openStore } from "@bookend/store-sql";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { Secret } from "otpauth";
import { expect, it, onTestFinished } from "vitest";
import { apiClient, asAdmin } from "./api-client.js";
import { restoreDatabase } from "./stored-databases.js";

/** The columns that the tests change. */
interface AuditSchema {
  bookend_audit: { number: number; format: number; actor: string | null; user: string | null };
}

/** The columns of bindings that a test writes. */
interface BindingSchema {
  bookend_binding: { id: number; name: string; revision: number };
}

describeEachDatabase("a database of the version before audit rows had a format", ({ dialect, freshUrl }) => {
  const opened = async () => {
    const stored = await restoreDatabase(dialect, await freshUrl());
    const { config } = stored;
    const server = await startServer({ config, secrets: await loadSecrets(config), logger: createLogger(config.log) });
    onTestFinished(() => server.close());
    const api = apiClient(server.url);
    const check = async (pass: string, more: object = {}) =>
      (await api.call("POST", "/validate/check", { user: "carol", pass, ...more })).body;
    return { ...server, ...stored, api, check };
  };

  /** Opens the store on a copy of the database, without a server. */
  const openedStore = async () => {
    const url = await freshUrl();
    const { facts, config } = await restoreDatabase(dialect, url);
    const file = `sqlite:${join(config.dataDirectory, "bookend.db")}`;
    const database = await openDatabase<AuditSchema>({ url: dialect === "sqlite" ? file : url });
    onTestFinished(() => database.close());
    const store = await openStore({ database, auditKey: facts.secrets["audit.pem"] ?? "" });
    onTestFinished(() => store.close());
    return { facts, store, db: database.db };
  };

  it("gives each binding a unique name: the oldest of several keeps its name", async () => {
    const url = await freshUrl();
    const { config, facts } = await restoreDatabase(dialect, url);
    const file = `sqlite:${join(config.dataDirectory, "bookend.db")}`;
    const database = await openDatabase<BindingSchema>({ url: dialect === "sqlite" ? file : url });
    onTestFinished(() => database.close());
    const names = async () =>
      (await database.db.selectFrom("bookend_binding").select(["id", "name"]).orderBy("id").execute()).map(
        ({ name }) => name,
      );
    const [first = "", second = "", third = "", fourth = "", ...others] = await names();
    const rename = (from: string, name: string) =>
      database.db.updateTable("bookend_binding").set({ name }).where("name", "=", from).execute();
    // the previous version allowed equal names, even of the maximum length; "<name> (2)", to which a duplicate would be
    // renamed, is taken
    await rename(second, first);
    await rename(third, `${first} (2)`);
    await rename(fourth, "x".repeat(255));
    await database.db
      .updateTable("bookend_binding")
      .set({ name: "x".repeat(255) })
      .where("name", "in", others.slice(0, 2))
      .execute();
    const { id, ...before } = await database.db
      .selectFrom("bookend_binding")
      .selectAll()
      .where("name", "=", first)
      .orderBy("id", "desc")
      .executeTakeFirstOrThrow();

    const server = await startServer({ config, secrets: await loadSecrets(config), logger: createLogger(config.log) });
    onTestFinished(() => server.close());
    const migrated = await names();
    expect(migrated).toHaveLength(facts.bindings);
    expect(new Set(migrated).size).toBe(migrated.length);
    expect(migrated.every((name) => name.length <= 255)).toBe(true);
    expect([migrated[0], migrated[2], migrated[3]]).toEqual([first, `${first} (2)`, "x".repeat(255)]);
    expect(migrated[1]).toBe(`${first} (3)`);
    // nothing else of the renamed binding has changed, and it can be saved
    const {
      name: _,
      revision,
      ...after
    } = await database.db.selectFrom("bookend_binding").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const { name: __, ...rest } = before;
    expect([after, revision]).toEqual([{ id, ...rest }, 1]);
    const admin = await asAdmin(apiClient(server.url));
    const saved = await admin.call("POST", "/event", { id, ordering: 7 });
    expect(saved.body.result).toMatchObject({ status: true });
    const taken = await admin.call("POST", "/event", { id, name: first });
    expect([taken.status, taken.body.result.error.message]).toEqual([400, expect.stringContaining("name")]);
  });

  it("has an audit log that verifies, can be searched, and continues", async () => {
    const { facts, store, api } = await opened();
    const { checked, head: anchor, firstRow, pruned } = facts;
    expect(await store.audit.verify({ anchor })).toMatchObject({ ok: true, checked });
    const oldest = { sort: { column: "number", direction: "asc" }, pageSize: 1000 } as const;
    const { rows, count } = await store.audit.search(oldest);
    expect(count).toBe(checked);
    expect(JSON.parse(JSON.stringify(rows[0]))).toMatchObject({ ...firstRow, number: pruned + 1 });
    const admin = await asAdmin(api);
    const { body } = await admin.call("GET", "/audit/?administrator=admin&action=POST /token/init&page_size=100");
    expect(body.result.value.count).toBeGreaterThan(10);
    expect(await store.audit.verify({ anchor })).toMatchObject({ ok: true, checked: checked + 1 });
    const middle = rows[Math.floor(checked / 2)];
    const { removed } = await store.audit.prune({ before: middle?.startdate ?? new Date(0) });
    expect(removed).toBeGreaterThan(checked / 4);
    expect(await store.audit.verify({ anchor })).toMatchObject({ ok: true, checked: checked + 1 - removed });
  });

  it.each([
    ["is given an actor", { actor: "eve" }, "changed"],
    ["is given a later format", { format: 2 }, "changed"],
    ["is given a format that does not exist yet", { format: 9_999 }, "unknown_format"],
    ["is given another user", { user: "eve" }, "changed"],
  ])("reports when an old row %s", async (_, change, reason) => {
    const { facts, store, db } = await openedStore();
    const number = facts.head.number - 10;
    await db.updateTable("bookend_audit").set(change).where("number", "=", number).execute();
    expect(await store.audit.verify()).toMatchObject({ ok: false, firstBad: { number, reason } });
  });

  it("accepts every token", async () => {
    const { facts, check, api, pushKey } = await opened();
    // the first OTP was used when the database was created
    const right = {
      S1HOTP: "hotp-pin287082",
      S1SPASS: "spass-pin",
      S1REG: `reg-pin${facts.registrationcode}`,
      S1PAPER: `paper-pin${facts.paper[0]}`,
      S1TAN: `tan-pin${facts.tan[5]}`,
    };
    for (const [serial, pass] of Object.entries(right)) {
      const { result, detail } = await check(pass);
      expect([detail.serial, result.authentication]).toEqual([serial, "ACCEPT"]);
    }
    expect((await check("hotp-pin755224")).result.authentication).toBe("REJECT");
    const used = { serial: "S1APPL", user: undefined };
    expect((await check("appl-pinappl-password", { ...used, service_id: "wiki" })).result.authentication).toBe(
      "ACCEPT",
    );
    expect((await check("pw-pinfixed-password")).result.authentication).toBe("REJECT");
    expect((await check("staff-pin", { user: "dave" })).result.authentication).toBe("ACCEPT");
    expect((await check("locked-pin755224", { user: "frank", realm: "partners" })).result.authentication).toBe(
      "REJECT",
    );

    expect((await check("push-pin")).result.authentication).toBe("CHALLENGE");
    const signed = (parts: readonly string[]) => {
      const key = { key: createPrivateKey(pushKey), padding: constants.RSA_PKCS1_PADDING };
      return Secret.fromHex(sign("sha256", Buffer.from(parts.join("|")), key).toString("hex")).base32;
    };
    const timestamp = new Date().toISOString();
    const query = new URLSearchParams({ serial: "S1PUSH", timestamp, signature: signed(["S1PUSH", timestamp]) });
    expect((await api.call("GET", `/ttype/push?${query}`)).body.result.value).toHaveLength(1);
  });

  it("accepts users and administrators, with their objects", async () => {
    const { api } = await opened();
    const carol = await api.as("carol", "carol-demo");
    const { tokens } = (await carol.call("GET", "/token/?pagesize=50")).body.result.value;
    const serials = tokens.map(({ serial }: { serial: string }) => serial);
    expect(serials).toEqual(expect.arrayContaining(["PIEM00000001", "S1HOTP", "S1PUSH", "S1PUSHWAIT", "S1TAN"]));
    expect(serials).not.toContain("S1FREE");
    const [hotp] = tokens.filter(({ serial }: { serial: string }) => serial === "S1HOTP");
    expect(hotp).toMatchObject({ container_serial: "S1PHONE", realms: ["corp", "partners"], tokengroup: ["office"] });
    expect(hotp.info).toMatchObject({ room: "4.13" });
    expect((await carol.call("POST", "/token/setpin/S1SPASS", { otppin: "new" })).status).toBe(200);
    expect((await carol.call("POST", "/token/setpin/OATH00000001", { otppin: "new" })).status).toBe(403);
    const { containers } = (await carol.call("GET", "/container/")).body.result.value;
    expect(containers).toMatchObject([
      {
        serial: "S1PHONE",
        states: ["active", "damaged"],
        info: { colour: "red", registration_state: "registered" },
        tokens: [{ serial: "S1HOTP" }, { serial: "S1TOTP" }],
      },
    ]);
    await expect(api.as("dave", "dave-demo")).resolves.toBeDefined();
    const admin = await asAdmin(api);
    const attributes = await admin.call("GET", "/user/attribute?user=carol&realm=corp");
    expect(attributes.body.result.value).toMatchObject({ colour: "green" });
  });

  it("has bindings that run, and counters that continue", async () => {
    const { bookend, facts, check, store } = await opened();
    expect(await bookend.bindings.list()).toHaveLength(facts.bindings);
    const counted = await store.counters.value("hotp_logins");
    expect(counted).toBe(1);
    await check("hotp-pin287082");
    expect(await store.counters.value("hotp_logins")).toBe(2);
    expect(await store.counters.value("fixture")).toBe(41);
    expect(await store.counters.value("below zero")).toBe(-3);
    const { rows } = await store.audit.search({ filter: { binding_name: "Count HOTP logins" } });
    expect(rows).toMatchObject([{ success: true }, { success: true }]);
  });
});
