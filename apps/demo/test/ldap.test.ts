import { reader, slapdMissing, startSlapd } from "@bookend/test-kit/slapd";
import { expect, it } from "vitest";
import { bareServer } from "./bare-server.js";

const reason = slapdMissing === undefined ? "" : ` (skipped: ${slapdMissing})`;

it.skipIf(slapdMissing !== undefined)(`users of an LDAP directory log in and are listed${reason}`, async () => {
  const { ldap } = await startSlapd(`dn: uid=iris,dc=example,dc=org
objectClass: inetOrgPerson
uid: iris
cn: Iris
sn: Murdoch
mail: iris@demo.example
userPassword: iris-ldap
`);
  const { api, admin, bind, mails } = await bareServer();
  const settings = {
    type: "ldapresolver",
    LDAPURI: ldap,
    LDAPBASE: "dc=example,dc=org",
    BINDDN: reader.dn,
    BINDPW: reader.password,
    LDAPSEARCHFILTER: "(uid=*)",
    TIMEOUT: "5",
  };
  const tested = await admin.call("POST", "/resolver/test", settings);
  expect(tested.body).toMatchObject({ result: { value: true }, detail: { description: "Found 1 users." } });
  await admin.call("POST", "/resolver/directory", settings);
  await admin.call("POST", "/realm/library", { resolvers: "directory" });
  const { directory } = (await admin.call("GET", "/resolver/directory")).body.result.value;
  expect(directory).toMatchObject({ type: "ldapresolver", editable: false, censor_keys: ["BINDPW"] });
  expect(directory.data).toMatchObject({ LDAPURI: ldap, LDAPSEARCHFILTER: "(uid=*)" });
  expect(JSON.stringify(directory)).not.toContain(reader.password);

  const [iris] = (await admin.call("GET", "/user/?realm=library")).body.result.value;
  expect(iris).toMatchObject({
    username: "iris",
    surname: "Murdoch",
    email: "iris@demo.example",
    resolver: "directory",
  });
  await bind({
    event: "token_init",
    position: "post",
    handlermodule: "UserNotification",
    action: "sendmail",
    conditions: { resolver: "directory" },
    options: { emailconfig: "demo", To: "tokenowner", subject: "{serial}", body: "x" },
  });
  const user = await api.as("iris@library", "iris-ldap");
  await user.call("POST", "/token/init", { type: "spass", pin: "iris-pin", serial: "IRIS1" });
  expect(await mails()).toMatchObject([{ to: ["iris@demo.example"], subject: "IRIS1" }]);
  const shouted = await api.as("IRIS@library", "iris-ldap");
  const described = await shouted.call("POST", "/token/set", { serial: "IRIS1", description: "mine" });
  expect(described.body.result).toMatchObject({ status: true });
  const login = await api.call("POST", "/validate/check", { user: "iris@library", pass: "iris-pin" });
  expect(login.body.result.authentication).toBe("ACCEPT");
  const wrong = await api.call("POST", "/auth", { username: "iris@library", password: "wrong" });
  expect([wrong.status, wrong.body.result.error.code]).toEqual([401, 4031]);
  const changed = await admin.call("PUT", "/user/", { user: "iris", realm: "library", email: "x@demo.example" });
  expect(changed.body.result.error.code).toBe(302);
});
