import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { reader, slapdMissing, startSlapd } from "@bookend/test-kit/slapd";
import { expect, it, onTestFinished } from "vitest";
import { describeDomain } from "../../test/fixture.js";

const person = (uid: string, more: string) => `dn: uid=${uid},dc=example,dc=org
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid}
${more}
`;

const people = [
  person(
    "ldapalice",
    "sn: Liddell\ngivenName: Alice\nmail: alice@example.org\nmobile: +49 1\nuserPassword: wonderland",
  ),
  person("ldapbob", "sn: Builder\nuserPassword: can-we"),
  person("service", "sn: Robot\nemployeeType: robot"),
].join("\n");

const reason = slapdMissing === undefined ? "" : ` (skipped: ${slapdMissing})`;

describeDomain(`LDAP resolvers${reason}`, (prepared) => {
  const test = it.skipIf(slapdMissing !== undefined);
  const settingsFor = (url: string) => ({
    LDAPURI: url,
    LDAPBASE: "dc=example,dc=org",
    BINDDN: reader.dn,
    BINDPW: reader.password,
    LDAPSEARCHFILTER: "(objectClass=inetOrgPerson)(!(employeeType=robot))",
    USERINFO: '{"givenname": "givenName", "surname": "sn", "email": "mail", "mobile": "mobile"}',
  });
  const ldapAlice = { login: "ldapalice", realm: "ldap" };

  test("find users and their attributes, and check their passwords", async () => {
    const { domain } = await prepared();
    const { ldap } = await startSlapd(people);
    const saved = await domain.resolvers.save("directory", "ldapresolver", settingsFor(ldap));
    expect(saved).toMatchObject({ editable: false, secretSettings: ["BINDPW"] });
    expect(JSON.stringify(await domain.resolvers.list())).not.toContain(reader.password);
    expect(await domain.resolvers.test("ldapresolver", settingsFor(ldap))).toEqual({ users: 2 });
    await domain.realms.save("ldap", [{ name: "directory" }]);

    const alice = await domain.users.require(ldapAlice);
    expect(alice).toMatchObject({
      uid: "uid=ldapalice,dc=example,dc=org",
      login: "ldapalice",
      editable: false,
      attributes: { givenname: "Alice", surname: "Liddell", email: "alice@example.org", mobile: "+49 1", phone: "" },
    });
    expect(await domain.users.findById("directory", alice.uid, "ldap")).toEqual(alice);
    expect(await domain.users.findById("directory", "uid=nobody,dc=example,dc=org", "ldap")).toBeNull();
    expect((await domain.users.list({ realm: "ldap" })).map(({ login }) => login)).toEqual(["ldapalice", "ldapbob"]);
    for (const login of ["service", "nobody", "*", "ldapalice)(uid=*", "ldap*"]) {
      expect([login, await domain.users.find({ login, realm: "ldap" })]).toEqual([login, null]);
    }

    const check = (login: string, password: string) => domain.users.checkPassword({ login, realm: "ldap" }, password);
    expect(await check("ldapalice", "wonderland")).toBe(true);
    expect(await check("ldapalice", "Wonderland")).toBe(false);
    expect(await check("ldapalice", "")).toBe(false);
    expect(await check("service", "")).toBe(false);
    expect(await check("nobody", "wonderland")).toBe(false);

    await domain.tokens.init({ type: "spass", serial: "S", pin: "1" }, ldapAlice);
    expect((await domain.authentication.check({ user: ldapAlice, pass: "1" })).value).toBe(true);
    await expect(domain.users.update(ldapAlice, { email: "x@example.org" })).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
    });
  });

  test("refuse a login that several entries have, whichever password is given", async () => {
    const { domain } = await prepared();
    const unit = (name: string) => `dn: ou=${name},dc=example,dc=org\nobjectClass: organizationalUnit\nou: ${name}\n`;
    const twin = (name: string) =>
      person("twin", `sn: ${name}\nuserPassword: of-${name}`).replace("uid=twin,", `uid=twin,ou=${name},`);
    const { ldap } = await startSlapd(
      [people, ...["one", "two"].flatMap((name) => [unit(name), twin(name)])].join("\n"),
    );
    await domain.resolvers.save("directory", "ldapresolver", settingsFor(ldap));
    await domain.realms.save("ldap", [{ name: "directory" }]);
    const user = { login: "twin", realm: "ldap" };
    expect(await domain.users.find(user)).toBeNull();
    for (const password of ["of-one", "of-two"]) expect(await domain.users.checkPassword(user, password)).toBe(false);
    await expect(domain.tokens.init({ type: "spass", serial: "S", pin: "1" }, user)).rejects.toMatchObject({
      code: "USER_INVALID",
    });
    const unknown = { login: "nobody", realm: "ldap" };
    const checked = (of: typeof user) => domain.authentication.check({ user: of, pass: "1" });
    expect((await checked(user)).authentication).toBe((await checked(unknown)).authentication);
    // both are listed, and the others are not affected
    expect((await domain.users.list({ realm: "ldap" })).map(({ login }) => login)).toEqual([
      "ldapalice",
      "ldapbob",
      "twin",
      "twin",
    ]);
    expect(await domain.users.checkPassword(ldapAlice, "wonderland")).toBe(true);
  });

  test("identify users by a permanent attribute if one is configured", async () => {
    const { domain } = await prepared();
    const { ldap } = await startSlapd(people);
    await domain.resolvers.save("directory", "ldapresolver", { ...settingsFor(ldap), UIDTYPE: "entryUUID" });
    await domain.realms.save("ldap", [{ name: "directory" }]);
    const { uid: id } = await domain.users.require(ldapAlice);
    expect(id).toMatch(/^[0-9a-f]{8}-/);
    expect((await domain.users.findById("directory", id, "ldap"))?.login).toBe("ldapalice");
  });

  test("keep their password if they are saved without one", async () => {
    const { domain } = await prepared();
    const { ldap } = await startSlapd(people);
    const { BINDPW, ...others } = settingsFor(ldap);
    await expect(domain.resolvers.save("directory", "ldapresolver", others)).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
    });
    await domain.resolvers.save("directory", "ldapresolver", { ...others, BINDPW });
    await domain.resolvers.save("directory", "ldapresolver", { ...others, SIZELIMIT: "1" });
    await domain.resolvers.save("directory", "ldapresolver", { ...others, SIZELIMIT: "1", BINDPW: "__CENSORED__" });
    expect(await domain.users.list({ resolver: "directory" })).toHaveLength(1);
  });

  test("require their password again if it would be sent to another server, or without protection", async () => {
    const { domain } = await prepared();
    const { ldap, ldaps, ca } = await startSlapd(people);
    const { BINDPW, ...others } = settingsFor(ldaps);
    const encrypted = { ...others, TLS_CA_FILE: ca };
    await domain.resolvers.save("directory", "ldapresolver", { ...encrypted, BINDPW });
    const connections: string[] = [];
    const thief = createServer((socket) => {
      connections.push("connected");
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(thief, "listening");
    onTestFinished(() => void thief.close());
    const elsewhere = `ldap://127.0.0.1:${(thief.address() as AddressInfo).port}`;
    const changes: Readonly<Record<string, string>>[] = [
      { LDAPURI: elsewhere },
      { LDAPURI: ldap },
      { TLS_VERIFY: "0" },
      { TLS_CA_FILE: "" },
    ];
    for (const change of changes) {
      for (const kept of [{}, { BINDPW: "__CENSORED__" }]) {
        const saved = domain.resolvers.save("directory", "ldapresolver", { ...encrypted, ...change, ...kept });
        await expect(saved, JSON.stringify({ ...change, ...kept })).rejects.toMatchObject({
          code: "PARAMETER_INVALID",
          message: expect.stringContaining("BINDPW"),
        });
      }
    }
    expect(connections).toEqual([]);
    expect(await domain.resolvers.find("directory")).toMatchObject({ settings: { LDAPURI: ldaps } });
    await domain.resolvers.save("directory", "ldapresolver", { ...others, LDAPURI: ldap, BINDPW });
    expect(await domain.users.list({ resolver: "directory" })).toHaveLength(2);
  });

  test("use TLS, and only with servers that they trust", async () => {
    const { domain } = await prepared();
    const { ldap, ldaps, ca } = await startSlapd(people);
    const users = (more: object) =>
      domain.resolvers.test("ldapresolver", { ...settingsFor(ldap), ...more }).then(
        ({ users: found }) => found,
        ({ code }: { code: string }) => `error ${code}`,
      );
    expect(await users({ LDAPURI: ldaps, TLS_CA_FILE: ca })).toBe(2);
    expect(await users({ START_TLS: "1", TLS_CA_FILE: ca })).toBe(2);
    expect(await users({ LDAPURI: ldaps })).toBe("error CONFIGURATION_INVALID");
    expect(await users({ START_TLS: "1" })).toBe("error CONFIGURATION_INVALID");
    expect(await users({ LDAPURI: ldaps, TLS_VERIFY: "0" })).toBe(2);
  });

  test("report that their server is not available", async () => {
    const { domain } = await prepared();
    const { ldap, stop } = await startSlapd(people);
    await domain.resolvers.save("directory", "ldapresolver", settingsFor(ldap));
    await domain.realms.save("ldap", [{ name: "directory" }]);
    await stop();
    await expect(domain.users.find(ldapAlice)).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
  });

  it("do not wait for a server that does not respond", async () => {
    const { domain } = await prepared();
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const settings = { ...settingsFor(`ldap://127.0.0.1:${port}`), TIMEOUT: "1" };
    await expect(domain.resolvers.test("ldapresolver", settings)).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
    });
  });

  it.each([
    ["LDAPURI", "http://127.0.0.1"],
    ["LDAPBASE", ""],
    ["LDAPSEARCHFILTER", "objectClass=person"],
    ["LDAPSEARCHFILTER", "(objectClass=person"],
    ["LDAPSEARCHFILTER", "(a=b))(|(c=d)"],
    ["LDAPSEARCHFILTER", "(a=b))(c=d)("],
    ["USERINFO", "{"],
    ["USERINFO", '{"email": "mail)"}'],
    ["TIMEOUT", "0"],
    ["START_TLS", "perhaps"],
    ["SCOPE", "sub"],
  ])("refuse a wrong %s: %s", async (name, value) => {
    const { domain } = await prepared();
    const settings = { ...settingsFor("ldap://127.0.0.1:1"), [name]: value };
    await expect(domain.resolvers.save("directory", "ldapresolver", settings)).rejects.toMatchObject({
      code: "PARAMETER_INVALID",
      message: expect.stringContaining(name),
    });
  });
});
