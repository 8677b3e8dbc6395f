import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UserRef } from "@bookend/core";
import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { alice, bob, describeDomain } from "../../test/fixture.js";
import { numbersTo } from "../../test/numbers-to.js";

describeDomain("users", (prepared) => {
  it("are found in the first resolver of the realm that contains them", async () => {
    const { domain } = await prepared();
    const { realms, users } = domain;
    await users.add("others", { username: "alice", givenname: "Other" });
    await realms.save("both", [
      { name: "people", priority: 2 },
      { name: "others", priority: 1 },
    ]);
    const found = async (user: { login: string; realm: string; resolver?: string }) =>
      (await users.find(user))?.attributes.givenname;
    expect(await found({ login: "alice", realm: "both" })).toBe("Other");
    expect(await found({ login: "alice", realm: "both", resolver: "people" })).toBe("Alice");
    expect(await found({ login: "alice", realm: "realm1", resolver: "others" })).toBeUndefined();
    expect(await found({ login: "Alice", realm: "both" })).toBeUndefined();
    expect(await found({ login: "alice", realm: "nowhere" })).toBeUndefined();
    expect(await found({ login: "alice", realm: "", resolver: "people" })).toBe("Alice");
    expect(await found({ login: "alice", realm: "" })).toBeUndefined();
  });

  it("have the attributes of their resolver, which custom attributes override", async () => {
    const { domain } = await prepared();
    const { users } = domain;
    await users.setAttribute(alice, "department", "IT");
    await users.setAttribute(alice, "email", "it@example.com");
    const { attributes, uid: id } = await users.require(alice);
    expect(attributes).toEqual({
      username: "alice",
      userid: id,
      givenname: "Alice",
      surname: "Liddell",
      email: "it@example.com",
      phone: "",
      mobile: "+49 151 1111",
      department: "IT",
    });
    expect(await users.customAttributes(alice)).toEqual({ department: "IT", email: "it@example.com" });
    expect(await users.deleteAttribute(alice, "email")).toBe(1);
    expect(await users.deleteAttribute(alice, "email")).toBe(0);
    expect((await users.require(alice)).attributes.email).toBe("alice@example.com");
    expect(await users.deleteAttribute(alice)).toBe(1);
    for (const key of ["username", "userid", "", "__proto__"]) {
      await expect(users.setAttribute(alice, key, "x")).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    }
    await expect(users.setAttribute({ login: "x", realm: "realm1" }, "k", "v")).rejects.toMatchObject({
      code: "USER_INVALID",
    });
  });

  it("are listed by realm, resolver and attributes", async () => {
    const { domain } = await prepared();
    const logins = async (filter: Parameters<typeof domain.users.list>[0]) =>
      (await domain.users.list(filter)).map((user) => `${user.login}@${user.realm}`);
    expect(await logins({})).toEqual(["alice@realm1", "bob@realm1", "carol@realm1", "dave@realm2"]);
    expect(await logins({ realm: "Realm2" })).toEqual(["dave@realm2"]);
    expect(await logins({ resolver: "people", attributes: { email: "*@EXAMPLE.com" } })).toEqual([
      "alice@realm1",
      "bob@realm1",
    ]);
    expect(await logins({ attributes: { username: "*a*", surname: "" } })).toEqual(["carol@realm1", "dave@realm2"]);
    await domain.resolvers.save("loose", "sqlresolver", {});
    await domain.users.add("loose", { username: "erin" });
    expect(await logins({ resolver: "loose" })).toEqual(["erin@"]);
  });

  it("are listed with any characters in their attributes", async () => {
    const { domain } = await prepared();
    const { users } = domain;
    const strange = { givenname: '"\\\n\u0001\u2028', surname: "Ä😀{}[]", email: "null", phone: "1e5", mobile: "" };
    await users.add("people", { username: "strange", ...strange });
    const [found] = await users.list({ realm: "realm1", attributes: { username: "strange" } });
    expect(found?.attributes).toMatchObject({ username: "strange", ...strange });
  });

  it("are divided into pages, with each user once", async () => {
    const { domain } = await prepared();
    const { users } = domain;
    const walked: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await users.page({}, { pageSize: 1, cursor });
      expect(page.users).toHaveLength(1);
      walked.push(...page.users.map((user) => `${user.login}@${user.realm}`));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(walked).toEqual(["alice@realm1", "bob@realm1", "carol@realm1", "dave@realm2"]);
    const first = await users.page({ attributes: { email: "*@example.com" } }, { pageSize: 1 });
    expect(first.users.map(({ login }) => login)).toEqual(["alice"]);
    expect(await users.page({ user: alice }, { pageSize: 1 })).toMatchObject({ cursor: undefined });
    for (const other of ["nonsense", Buffer.from('["realm1","people","a\\u0000"]').toString("base64url")]) {
      await expect(users.page({}, { pageSize: 1, cursor: other })).rejects.toMatchObject({
        code: "PARAMETER_INVALID",
        message: expect.stringMatching(/^cursor: /),
      });
    }
  });

  it("are listed completely if they are more than a statement reads, with few and with many custom attributes", async () => {
    const { database, domain } = await prepared();
    const { db, dialect } = database;
    const count = 6_000;
    const login = (n: number) => `many${10_000 + n}`;
    await sql`insert into user_account (resolver, id, username, givenname, surname, email, phone, mobile)
      select 'others', 'id' || cast(n as text), 'many' || cast(${sql.lit(10_000)} + n as text), 'Many', '', '', '', ''
      from ${numbersTo(dialect, count)}`.execute(db);
    const logins = Array.from({ length: count }, (_, index) => login(index + 1));
    /** Returns the logins, with the values of a custom attribute. */
    const listed = async (attributes: Readonly<Record<string, string>>) => {
      const found = await domain.users.list({ realm: "realm2", attributes });
      return found
        .filter((user) => user.login.startsWith("many"))
        .map(({ login, attributes: { team } }) => (team === undefined ? login : `${login} ${team}`));
    };
    // the first of these conditions has an index, but finds too many users to sort all of them
    expect(await listed({ givenname: "Many" })).toEqual(logins);
    expect(await listed({ username: "many1*" })).toEqual(logins);
    expect(await listed({ username: "many11*" })).toEqual(logins.slice(999, 1_999));
    const walked: string[] = [];
    for (const pageSize of [700, 1_000]) {
      let cursor: string | undefined;
      do {
        const page = await domain.users.page(
          { realm: "realm2", attributes: { givenname: "M*" } },
          { pageSize, cursor },
        );
        cursor = page.cursor;
        // the last page is full as well if the page size divides the number of users
        expect(page.users).toHaveLength(cursor === undefined ? count % pageSize || pageSize : pageSize);
        walked.push(...page.users.map((user) => user.login));
      } while (cursor !== undefined);
      expect(walked.splice(0)).toEqual(logins);
    }
    await domain.users.setAttribute({ login: login(7), realm: "realm2" }, "team", "red");
    const inTeam = (n: number) => `${login(n)} ${n === 7 ? "red" : "blue"}`;
    expect(await listed({})).toEqual(logins.with(6, inTeam(7)));
    const attribute = (realm: string, value: string, where: string) =>
      sql`insert into user_attribute (resolver, user_id, realm, key, value)
        select 'others', 'id' || cast(n as text), ${realm}, 'team', ${value} from ${numbersTo(dialect, count)}
        where ${sql.raw(where)}`.execute(db);
    await attribute("other realm", "green", "n <= 300");
    expect(await listed({})).toEqual(logins.with(6, inTeam(7)));
    await attribute("realm2", "blue", "n > 2000");
    const teams = logins.map((each, index) => (index >= 2_000 || index === 6 ? inTeam(index + 1) : each));
    expect(await listed({})).toEqual(teams);
    expect(await listed({ team: "blue" })).toEqual(teams.slice(2_000));
  });

  it("are found by custom attributes that override those of their resolver", async () => {
    const { domain } = await prepared();
    const { users } = domain;
    const logins = async (attributes: Readonly<Record<string, string>>) =>
      (await users.list({ realm: "realm1", attributes })).map(({ login }) => login);
    await users.setAttribute(bob, "email", "it@elsewhere.example");
    expect(await logins({ email: "it@*" })).toEqual(["bob"]);
    expect(await logins({ email: "IT@elsewhere.example" })).toEqual(["bob"]);
    expect(await logins({ email: "*@example.com" })).toEqual(["alice"]);
    expect(await logins({ email: "bob@example.com" })).toEqual([]);
    expect(await logins({ email: "*where*", username: "b*" })).toEqual(["bob"]);
  });

  it("are named by the parameters of a request", async () => {
    const { domain } = await prepared();
    const cases: [Record<string, string>, UserRef | undefined][] = [
      [{ user: "alice" }, { login: "alice", realm: "realm1" }],
      [
        { username: "alice", realm: "REALM2" },
        { login: "alice", realm: "realm2" },
      ],
      [{ user: "dave@Realm2" }, { login: "dave", realm: "realm2" }],
      [
        { user: "dave@realm2", realm: "realm1" },
        { login: "dave@realm2", realm: "realm1" },
      ],
      [{ user: "dave@example.com" }, { login: "dave@example.com", realm: "realm1" }],
      [{ user: "a@b@realm2" }, { login: "a@b", realm: "realm2" }],
      [
        { user: "dave", resolver: "others" },
        { login: "dave", realm: "realm2", resolver: "others" },
      ],
      [
        { user: "dave", resolver: "loose" },
        { login: "dave", realm: "", resolver: "loose" },
      ],
      [
        { user: "alice", realm: "" },
        { login: "alice", realm: "realm1" },
      ],
      [{ user: "", realm: "realm1" }, undefined],
      [{ realm: "realm1" }, undefined],
    ];
    for (const [parameters, expected] of cases) {
      expect(await domain.users.fromParameters(parameters), JSON.stringify(parameters)).toEqual(expected);
    }
  });

  it("have user@realm as their login if the settings disable splitting, and cannot be determined without a default realm", async () => {
    const { domain } = await prepared();
    await domain.settings.set("splitAtSign", "False");
    expect(await domain.users.fromParameters({ user: "dave@realm2" })).toEqual({
      login: "dave@realm2",
      realm: "realm1",
    });
    await domain.realms.clearDefault();
    expect(await domain.users.fromParameters({ user: "dave@realm2" })).toBeUndefined();
  });

  it("log in with their password", async () => {
    const { domain } = await prepared();
    const { users } = domain;
    expect(await users.checkPassword(alice, "wonderland")).toBe(true);
    expect(await users.checkPassword(alice, "Wonderland")).toBe(false);
    expect(await users.checkPassword(bob, "")).toBe(false);
    expect(await users.checkPassword({ login: "nobody", realm: "realm1" }, "")).toBe(false);
    await users.update(alice, { password: "through the looking-glass" });
    expect(await users.checkPassword(alice, "wonderland")).toBe(false);
    expect(await users.checkPassword(alice, "through the looking-glass")).toBe(true);
  });

  it("can be added, changed and deleted; their tokens are renamed or orphaned", async () => {
    const { domain } = await prepared();
    const { users, tokens } = domain;
    await expect(users.add("people", { username: "alice" })).rejects.toMatchObject({ code: "USER_INVALID" });
    await expect(users.add("people", { username: " " })).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(users.add("nowhere", { username: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await tokens.init({ type: "spass", serial: "S" }, alice);
    const alicia = { login: "alicia", realm: "realm1" };
    await expect(users.update(alice, { username: "bob" })).rejects.toMatchObject({ code: "USER_INVALID" });
    expect(await users.update(alice, { username: "alicia", surname: "L" })).toMatchObject({
      login: "alicia",
      attributes: { givenname: "Alice", surname: "L" },
    });
    expect((await tokens.require("S")).owner).toMatchObject(alicia);
    expect(await tokens.count({ user: alicia })).toBe(1);
    await users.setAttribute(alicia, "k", "v");
    await users.delete(alicia);
    await expect(users.delete(alicia)).rejects.toMatchObject({ code: "USER_INVALID" });
    expect((await tokens.require("S")).owner).toMatchObject(alicia);
    await users.add("people", { username: "alicia" });
    expect(await tokens.count({ user: alicia })).toBe(0);
    expect(await users.customAttributes(alicia)).toEqual({});
  });

  it("are found by name and id regardless of letter case in each kind of resolver", async () => {
    const directory = await mkdtemp(join(tmpdir(), "bookend-users-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, "users"), "erin:x:1:1:Erin\nERIN:x:2:2:Other\nfrank:x:3:3:Frank\n");
    const { domain } = await prepared({ passwdDirectory: directory });
    const { realms, resolvers, users } = domain;
    await resolvers.save("file", "passwdresolver", { fileName: "users" });
    await realms.save("all", [{ name: "people" }, { name: "file" }]);
    await users.add("people", { username: "Ärger" });
    await users.setAttribute(bob, "email", "custom@example.com");
    const found = async (attributes: Readonly<Record<string, string>>) =>
      (await users.list({ realm: "all", attributes })).map(({ login }) => login).sort();
    expect(await found({ username: "ALICE" })).toEqual(["alice"]);
    expect(await found({ username: "erin" })).toEqual(["ERIN", "erin"]);
    expect(await found({ username: "a*", givenname: "ali*" })).toEqual(["alice"]);
    expect(await found({ username: "*r*" })).toEqual(["ERIN", "carol", "erin", "frank", "Ärger"]);
    expect(await found({ username: "ärger" })).toEqual(["Ärger"]);
    expect(await found({ username: "a_ice" })).toEqual([]);
    expect(await found({ email: "custom*" })).toEqual([]);
    await users.setAttribute({ login: "bob", realm: "all" }, "email", "custom@example.com");
    expect(await found({ email: "custom*" })).toEqual(["bob"]);
    const { uid } = await users.require(alice);
    expect(await found({ userid: uid.toUpperCase() })).toEqual(["alice"]);
    expect(await found({ userid: "3" })).toEqual(["frank"]);
  });
});
