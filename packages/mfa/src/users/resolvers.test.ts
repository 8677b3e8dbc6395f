import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeDomain } from "../../test/fixture.js";
import { longestGap } from "../../test/longest-gap.js";
import type { UserRecord } from "./types.js";

describeDomain("resolvers and realms", (domainWith) => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "bookend-passwd-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const prepared = () => domainWith({ passwdDirectory: directory });
  const passwd = (...lines: string[]) => {
    const fileName = join(directory, "passwd");
    writeFileSync(fileName, `${lines.join("\n")}\n`);
    return fileName;
  };

  it("continue a list of users after the last user of a page, even if that user no longer exists", async () => {
    const { domain } = await prepared();
    const { resolvers, users } = domain;
    const fileName = passwd("zoe:x:3:3:::", "anna:x:1:1:::", "mia:x:2:2:::");
    await resolvers.save("file", "passwdresolver", { fileName });
    const page = async (cursor?: string) => {
      const { users: found, cursor: next } = await users.page({ resolver: "file" }, { pageSize: 1, cursor });
      return { logins: found.map(({ login }) => login), next };
    };
    const first = await page();
    expect(first.logins).toEqual(["anna"]);
    passwd("zoe:x:3:3:::", "mia:x:2:2:::");
    const second = await page(first.next);
    expect(second.logins).toEqual(["mia"]);
    passwd("nobody:x:4:4:::");
    expect(await page(second.next)).toEqual({ logins: ["nobody"], next: undefined });
    passwd("anna:x:1:1:::");
    expect(await page(second.next)).toEqual({ logins: [], next: undefined });
  });

  it("read users of a passwd file, even after it changed", async () => {
    const { domain } = await prepared();
    const { realms, resolvers, users } = domain;
    const hashed = await hash("secret", { memoryCost: 8, timeCost: 1, parallelism: 1 });
    const erin =
      "erin:x:2002:2002:Erin van <b>E&amp;</b>,Room 2,+49 561 1,+49 151 2,erin@example.org:/home/erin:/bin/sh";
    const fileName = passwd("# people", erin, `frank:${hashed}:2003:2003:::`, "broken", "");
    await resolvers.save("file", "passwdresolver", { fileName, secret: "ignored" });
    await realms.save("files", [{ name: "file" }]);
    expect(await resolvers.find("file")).toEqual({
      name: "file",
      type: "passwdresolver",
      settings: { fileName },
      secretSettings: [],
      editable: false,
    });
    expect(await users.find({ login: "erin", realm: "files" })).toEqual({
      login: "erin",
      realm: "files",
      resolver: "file",
      uid: "2002",
      editable: false,
      attributes: {
        username: "erin",
        userid: "2002",
        givenname: "Erin",
        surname: "van <b>E&amp;</b>",
        mobile: "+49 561 1",
        phone: "+49 151 2",
        email: "erin@example.org",
      },
    });
    expect(await users.findById("file", "2003", "files")).toMatchObject({ login: "frank" });
    expect(await users.checkPassword({ login: "frank", realm: "files" }, "secret")).toBe(true);
    for (const password of ["x", "", "secret"]) {
      expect(await users.checkPassword({ login: "erin", realm: "files" }, password)).toBe(false);
    }
    await expect(users.add("file", { username: "x" })).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
    await expect(users.delete({ login: "erin", realm: "files" })).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
    });
    passwd("greta:x:1:1:Greta::");
    expect((await users.list({ realm: "files" })).map((user) => user.login)).toEqual(["greta"]);
    expect(await users.find({ login: "erin", realm: "files" })).toBeNull();
    expect(await resolvers.test("passwdresolver", { fileName })).toEqual({ users: 1 });
  });

  it("check hashes of passwd files, and log the scheme of unsupported ones", async () => {
    const lines: string[] = [];
    const log = (...entry: unknown[]) => void lines.push(JSON.stringify(entry));
    const { domain } = await domainWith({
      passwdDirectory: directory,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    const fileName = passwd(
      "sha:$6$abcdefgh$BCZD4MZ76CcLzsq3Z/oJZrs85Zay4i7PQhYtp/EgUD76cHglMu8sPEcHVrZO9rYRjrSVhX44VDTFY7p4lwpMa1:1:1:::",
      "bcrypt:$2b$05$abcdefghijklmnopqrstuuLZNkQ1VL/QsuI/EN8Qq4Ia5232KBp7m:2:2:::",
      "yes:$y$j9T$abcdefgh$Pp59FJ8unfQW/aCJhrPfUJdKApBAmQ5WcpnVpLmx0BD:3:3:::",
    );
    await domain.resolvers.save("file", "passwdresolver", { fileName });
    await domain.realms.save("files", [{ name: "file" }]);
    const logsIn = (login: string, password: string) => domain.users.checkPassword({ login, realm: "files" }, password);
    expect(await Promise.all([logsIn("sha", "wonder"), logsIn("bcrypt", "wonder")])).toEqual([true, true]);
    expect(await Promise.all([logsIn("sha", "x"), logsIn("bcrypt", "x"), logsIn("ghost", "x")])).toEqual([
      false,
      false,
      false,
    ]);
    expect(lines).toEqual([]);
    expect(await logsIn("yes", "wonder")).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/"login":"yes".*yescrypt/)]);
    expect(lines.join()).not.toContain("Pp59FJ8");
  });

  it("yield to other work while a large source is read and searched", async () => {
    const { domain, database } = await prepared();
    const { realms, resolvers, users } = domain;
    const lines = (mobile: string) =>
      Array.from({ length: 60_000 }, (_, n) => `u${n}:x:${n}:${n}:Given Name,,,${mobile},u${n}@example.org::`);
    passwd(...lines("+12025550101"));
    await resolvers.save("file", "passwdresolver", { fileName: "passwd" });
    await realms.save("files", [{ name: "file" }]);
    const rows = Array.from({ length: 20_000 }, (_, n) => ({
      id: `i${n}`,
      resolver: "others",
      username: `s${n}`,
      givenname: "",
      surname: "",
      email: "",
      phone: "",
      mobile: "",
      password_hash: null,
    }));
    for (let start = 0; start < rows.length; start += 1_000) {
      await database.db
        .insertInto("user_account")
        .values(rows.slice(start, start + 1_000))
        .execute();
    }
    await users.setAttribute({ login: "s9", realm: "realm2" }, "email", "s9@example.org");
    for (const [realm, username, count] of [
      ["files", "u*9", 6_000],
      ["realm2", "s*9", 2_000],
    ] as const) {
      passwd(...lines("changed"));
      let found: readonly UserRecord[] = [];
      const { gap, took } = await longestGap(async () => {
        found = await users.list({ realm, attributes: { username } });
      });
      expect(found).toHaveLength(count);
      // a search for which the database returns few users yields rarely
      expect([realm, gap < Math.max(took / 3, 100)]).toEqual([realm, true]);
      // concurrent readers share the result
      expect(await users.list({ realm, attributes: { email: "*9@example.org", username } })).toHaveLength(
        realm === "files" ? count : 1,
      );
    }
    expect(await resolvers.test("passwdresolver", { fileName: "passwd" })).toEqual({ users: 60_000 });
  });

  it("refuse settings with which they could not work", async () => {
    const { domain } = await prepared();
    const { resolvers, realms } = domain;
    await expect(resolvers.save("r", "ldapresolver2", {})).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(resolvers.save("a b", "sqlresolver", {})).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(resolvers.save("r", "passwdresolver", {})).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    const fileName = join(directory, "nothing-here");
    await expect(resolvers.save("r", "passwdresolver", { fileName })).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
    });
    await expect(resolvers.save("people", "passwdresolver", { fileName: passwd() })).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
    });
    await expect(realms.save("r", [])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    await expect(realms.save("r", [{ name: "nowhere" }])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `r${index}` }));
    await expect(realms.save("r", many)).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
      message: "resolvers: has 101 entries. Allowed: up to 100.",
    });
    await expect(realms.save("a b", [{ name: "people" }])).rejects.toMatchObject({ code: "PARAMETER_INVALID" });
    expect((await resolvers.list()).map(({ name }) => name)).toEqual(["others", "people"]);
    expect((await realms.list()).map(({ name }) => name)).toEqual(["realm1", "realm2"]);
  });

  it("can be deleted, but a resolver only if no realm uses it", async () => {
    const { domain } = await prepared();
    const { resolvers, realms, users } = domain;
    await expect(resolvers.delete("people")).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
    await realms.delete("realm1");
    await expect(realms.delete("realm1")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await resolvers.delete("people");
    await expect(resolvers.delete("people")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await resolvers.save("people", "sqlresolver", {});
    expect(await users.list({ resolver: "people" })).toEqual([]);
  });

  it("have one default realm, which is the first one unless another is chosen", async () => {
    const { domain } = await prepared();
    const { realms } = domain;
    expect(await realms.default()).toBe("realm1");
    await realms.setDefault("realm2");
    expect(await realms.default()).toBe("realm2");
    await expect(realms.setDefault("nowhere")).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await realms.default()).toBe("realm2");
    const saved = await realms.save("Realm2", [{ name: "people", priority: 5 }, { name: "x" }, { name: "others" }]);
    expect(saved).toEqual({ added: ["people", "others"], failed: ["x"] });
    expect(await realms.find("realm2")).toEqual({
      name: "realm2",
      isDefault: true,
      resolvers: [
        { name: "people", type: "sqlresolver", priority: 5 },
        { name: "others", type: "sqlresolver", priority: null },
      ],
    });
    await realms.clearDefault();
    expect(await realms.default()).toBeUndefined();
  });
});
