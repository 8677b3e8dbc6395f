import { smartphone } from "@bookend/test-kit/smartphone";
import { describe, expect, it } from "vitest";
import { type ApiClient, asAdmin } from "./api-client.js";
import { testServer } from "./test-server.js";

async function listed(client: ApiClient, query = "") {
  return (await client.call("GET", `/container/${query}`)).body.result.value;
}

describe("containers over HTTP", () => {
  it("are created, filled, assigned, changed and deleted by administrators", async () => {
    const { api, domain } = await testServer();
    const admin = await asAdmin(api);
    const call = async (path: string, parameters: object = {}, method = "POST") => {
      const { status, body } = await admin.call(
        method,
        `/container/${path}`,
        method === "GET" ? undefined : parameters,
      );
      return status === 200 ? body.result.value : body.result.error.code;
    };
    const { container_serial: serial } = await call("init", { type: "smartphone", description: "mine", user: "alice" });
    expect(serial).toMatch(/^SMPH\d{8}$/);
    expect(await call("init", { type: "generic", container_serial: "C1", realm: "partners" })).toEqual({
      container_serial: "C1",
    });
    expect(await call("init", { type: "bag" })).toBe(905);
    expect(await call("init", {})).toBe(905);

    expect(await call(`${serial}/add`, { serial: "OATH00000001" })).toBe(true);
    expect(await call(`${serial}/addall`, { serial: "OATH00000001, PISP00000001" })).toEqual({
      OATH00000001: false,
      PISP00000001: true,
    });
    expect(await call(`${serial}/add`, { serial: "NOPE" })).toBe(601);
    expect(await call(`${serial}/add`)).toBe(905);
    expect(await call("NOPE/add", { serial: "OATH00000001" })).toBe(601);
    expect(await call(`${serial}/remove`, { serial: "PISP00000001" })).toBe(true);
    expect(await call(`${serial}/assign`, { user: "bob" })).toBe(true);
    expect(await call(`${serial}/unassign`, { user: "alice" })).toBe(true);
    expect(await call(`${serial}/unassign`)).toBe(905);
    expect(await call(`${serial}/states`, { states: "active,damaged" })).toEqual({ active: true, damaged: true });
    expect(await call(`${serial}/states`, { states: "active,disabled" })).toBe(905);
    expect(await call(`${serial}/realms`, { realms: "partners" })).toEqual({
      corp: true,
      partners: true,
      deleted: false,
    });
    expect(await call(`${serial}/description`, { description: "theirs" })).toBe(true);
    expect(await call(`${serial}/info/colour`, { value: "red" })).toBe(true);
    expect(await call(`${serial}/info/hat`, { value: "blue" })).toBe(true);
    expect(await call(`${serial}/info/hat`, {}, "DELETE")).toBe(true);
    expect(await call(`${serial}/info/creation_date`, { value: "x" })).toBe(905);

    expect(await listed(admin, `?container_serial=${serial}`)).toMatchObject({
      count: 1,
      current: 1,
      prev: null,
      next: null,
      containers: [
        {
          serial,
          type: "smartphone",
          description: "theirs",
          states: ["active", "damaged"],
          realms: ["corp", "partners"],
          users: [{ user_name: "bob", user_realm: "corp", user_resolver: "people" }],
          tokens: [{ serial: "OATH00000001", tokentype: "hotp", username: "alice" }],
          info: { colour: "red", creation_date: expect.any(String) },
          last_authentication: null,
        },
      ],
    });
    const tokens = (await admin.call("GET", "/token/?serial=OATH00000001")).body.result.value.tokens;
    expect(tokens).toMatchObject([{ container_serial: serial }]);
    await api.call("POST", "/validate/check", { user: "alice", pass: "1234755224" });
    expect((await listed(admin, "?type=smartphone&no_token=1")).containers).toMatchObject([
      { tokens: [], last_authentication: expect.stringMatching(/^\d{4}-/) },
    ]);

    expect(await call(serial, {}, "DELETE")).toBe(true);
    expect(await call(serial, {}, "DELETE")).toBe(601);
    expect(await domain.tokens.find("OATH00000001")).not.toBeNull();
    expect((await call("types", {}, "GET")).smartphone).toMatchObject({
      token_types: expect.arrayContaining(["hotp"]),
    });
    expect(await call("statetypes", {}, "GET")).toEqual({
      active: ["disabled"],
      disabled: ["active"],
      lost: [],
      damaged: [],
    });
  });

  it("accept a token when it is enrolled; if the container does not exist, no token is enrolled", async () => {
    const { api, domain } = await testServer();
    const admin = await asAdmin(api);
    await admin.call("POST", "/container/init", { type: "generic", container_serial: "C1" });
    const spass = { type: "spass", pin: "1" };
    const enrolled = await admin.call("POST", "/token/init", { ...spass, serial: "T1", container_serial: "C1" });
    expect(enrolled.status).toBe(200);
    expect((await domain.containers.require("C1")).tokens).toEqual(["T1"]);
    const refused = await admin.call("POST", "/token/init", { ...spass, serial: "T2", container_serial: "C2" });
    expect([refused.status, refused.body.result.error.code]).toEqual([404, 601]);
    expect(await domain.tokens.find("T2")).toBeNull();
    const [row] = (await admin.call("GET", "/audit/?serial=T1&page_size=1")).body.result.value.auditdata;
    expect(row).toMatchObject({ action: "POST /token/init", serial: "T1", container_serial: "C1" });
  });

  it("are shown to and changed by users only if they own them", async () => {
    const { api, domain } = await testServer();
    const { containers } = domain;
    await containers.create({ type: "generic", serial: "BOBS", user: { login: "bob", realm: "corp" } });
    await containers.create({ type: "generic", serial: "FREE" });
    await containers.create({ type: "generic", serial: "FULL", tokens: ["TOTP00000001"] });
    const alice = await api.as("alice", "alice-demo");
    const { body } = await alice.call("POST", "/container/init", { type: "smartphone", user: "bob" });
    const own = body.result.value.container_serial;
    expect((await containers.require(own)).owners).toMatchObject([{ login: "alice" }]);
    await containers.addToken(own, "PISP00000001");
    expect((await alice.call("POST", `/container/${own}/add`, { serial: "OATH00000001" })).status).toBe(200);
    expect((await listed(alice, "?user=bob")).containers).toMatchObject([
      { serial: own, tokens: [{ serial: "OATH00000001", tokentype: "hotp" }, { serial: "PISP00000001" }] },
    ]);
    expect((await listed(alice)).containers[0].tokens[1]).toEqual({ serial: "PISP00000001" });

    const refused: [string, string, object?][] = [
      ["POST", "/container/BOBS/add", { serial: "OATH00000001" }],
      ["POST", `/container/${own}/add`, { serial: "PISP00000001" }],
      ["POST", `/container/${own}/addall`, { serial: "OATH00000001,PISP00000001" }],
      ["POST", `/container/${own}/remove`, { serial: "PISP00000001" }],
      ["POST", "/container/BOBS/assign", {}],
      ["POST", "/container/FULL/assign", {}],
      ["POST", "/container/BOBS/states", { states: "lost" }],
      ["POST", "/container/BOBS/description", { description: "x" }],
      ["POST", "/container/NOPE/states", { states: "lost" }],
      ["POST", "/container/register/initialize", { container_serial: "BOBS" }],
      ["POST", "/container/register/BOBS/terminate", {}],
      ["DELETE", "/container/BOBS"],
      ["DELETE", "/container/FREE"],
      ["POST", "/token/init", { type: "spass", pin: "1", container_serial: "BOBS" }],
      ["POST", `/container/${own}/realms`, { realms: "partners" }],
      ["POST", `/container/${own}/info/k`, { value: "v" }],
      ["DELETE", `/container/${own}/info/k`],
      ["POST", "/token/group/OATH00000001/office"],
      ["GET", "/tokengroup/"],
      ["GET", "/machine/token"],
      ["GET", "/privacyideaserver/"],
      ["POST", "/privacyideaserver/x", { url: "http://127.0.0.1" }],
    ];
    for (const [method, path, parameters] of refused) {
      const answer = await alice.call(method, path, parameters);
      expect([path, answer.status, answer.body.result.error.code]).toEqual([path, 403, 303]);
    }
    expect((await alice.call("POST", "/container/FREE/assign")).body.result.value).toBe(true);
    expect((await containers.require("FREE")).owners).toMatchObject([{ login: "alice" }]);
    expect((await alice.call("POST", "/container/FREE/states", { states: "lost" })).status).toBe(200);
    expect((await alice.call("DELETE", "/container/FREE")).body.result.value).toBe(true);
  });

  it("are registered by a smartphone without a login", async () => {
    const { api } = await testServer();
    const alice = await api.as("alice", "alice-demo");
    const { body } = await alice.call("POST", "/container/init", { type: "smartphone" });
    const { container_serial } = body.result.value;
    const offered = await alice.call("POST", "/container/register/initialize", { container_serial });
    const { container_url, server_url } = offered.body.result.value;
    expect(server_url).toBe("http://mfa.example");
    expect(container_url).toMatchObject({
      value: expect.stringContaining("pia://container/"),
      img: expect.stringMatching(/^data:image\/png;base64,/),
    });

    const answer = smartphone().answer(offered.body.result.value);
    const forged = await api.call("POST", "/container/register/finalize", { ...answer, device_brand: "Other" });
    expect([forged.status, forged.body.result.error.code]).toEqual([400, 3002]);
    const finalized = await api.call("POST", "/container/register/finalize", answer);
    expect(finalized.body.result.value).toEqual({ server_url, policies: {} });
    const again = await api.call("POST", "/container/register/finalize", answer);
    expect(again.body.result.error.code).toBe(3001);
    expect((await listed(alice)).containers[0]).toMatchObject({
      info: { registration_state: "registered" },
      last_synchronization: expect.stringMatching(/^\d{4}-/),
    });
    const terminate = () => alice.call("POST", `/container/register/${container_serial}/terminate`);
    expect((await terminate()).body.result.value).toEqual({ success: true });
    expect((await terminate()).body.result.value).toEqual({ success: false });
  });
});

describe("the API", () => {
  it("creates and deletes groups of tokens, and adds and removes their members", async () => {
    const { api } = await testServer();
    const admin = await asAdmin(api);
    const created = await admin.call("POST", "/tokengroup/office", { description: "first floor" });
    const id = created.body.result.value;
    const office = { office: { id, description: "first floor" } };
    expect((await admin.call("GET", "/tokengroup/")).body.result.value).toEqual(office);
    expect((await admin.call("GET", "/tokengroup/office")).body.result.value).toEqual(office);
    expect((await admin.call("GET", "/tokengroup/nope")).status).toBe(404);
    const member = (method: string, path: string) => admin.call(method, `/token/group/${path}`);
    const groups = async () =>
      (await admin.call("GET", "/token/?serial=OATH00000001")).body.result.value.tokens[0].tokengroup;
    expect((await member("POST", "OATH00000001/office")).body.result.value).toBe(true);
    expect(await groups()).toEqual(["office"]);
    expect((await member("POST", "OATH00000001/nope")).status).toBe(404);
    expect((await member("DELETE", "OATH00000001/office")).body.result.value).toBe(true);
    expect(await groups()).toEqual([]);
    expect((await admin.call("DELETE", "/tokengroup/office")).body.result.value).toBe(1);
    expect((await admin.call("GET", "/tokengroup/")).body.result.value).toEqual({});
  });

  it("stores, lists and deletes the servers to which calls are forwarded", async () => {
    const { api } = await testServer();
    const admin = await asAdmin(api);
    const save = (parameters: object) => admin.call("POST", "/privacyideaserver/branch", parameters);
    // removes the server that the demo data contains
    await admin.call("DELETE", "/privacyideaserver/self");
    expect((await save({ url: "nonsense" })).body.result.error.code).toBe(905);
    expect((await save({ url: "https://branch.example" })).body.result.value).toBe(1);
    expect((await save({ url: "https://branch.example", tls: 0, timeout: 5 })).body.result.value).toBe(1);
    expect((await admin.call("GET", "/privacyideaserver/")).body.result.value).toEqual({
      branch: { id: "branch", url: "https://branch.example", tls: false, timeout: 5, description: "" },
    });
    expect((await admin.call("DELETE", "/privacyideaserver/branch")).body.result.value).toBe(1);
    expect((await admin.call("DELETE", "/privacyideaserver/branch")).status).toBe(404);
  });
});
