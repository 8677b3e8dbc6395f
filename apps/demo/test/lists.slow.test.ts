import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSessions } from "@bookend/mfa";
import { apiRoutes } from "@bookend/reference";
import { chooser } from "@bookend/test-kit/chooser";
import { describe, expect, it } from "vitest";
import type { ApiClient } from "./api-client.js";
import { bareServer } from "./bare-server.js";

type Row = Readonly<Record<string, string>> & {
  readonly realms: readonly string[];
  readonly tokengroup: readonly string[];
};

/** Returns all rows of a list, which must have at most 500, and checks its `count`. */
async function listed(api: ApiClient, path: string, what: "tokens" | "containers", query: string) {
  const { status, body } = await api.call("GET", `${path}?pagesize=500&${query}`);
  expect(status, `${path}?${query}: ${JSON.stringify(body.result)}`).toBe(200);
  const { count } = body.result.value;
  const rows = body.result.value[what] as readonly Row[];
  expect(rows).toHaveLength(count);
  return rows;
}

/** Starts a server with 200 tokens and 40 containers that have random owners, realms and types. */
async function serverWithObjects() {
  const server = await bareServer();
  const { tokens, containers, tokenGroups } = server.domain;
  const { next, pick } = chooser(7);
  const owners = [
    undefined,
    { login: "alice", realm: "corp" },
    { login: "bob", realm: "corp" },
    { login: "frank", realm: "partners" },
  ];
  for (const group of ["red", "blue"]) await tokenGroups.save(group, "");
  for (let index = 0; index < 40; index += 1) {
    await containers.create({
      serial: `BOX${index}`,
      type: pick(["generic", "smartphone"]),
      user: pick(owners),
      realms: pick([[], ["corp"], ["partners"]]),
    });
  }
  for (let index = 0; index < 200; index += 1) {
    const type = pick(["spass", "hotp"]);
    const serial = `RND${index}`;
    await tokens.init(
      {
        type,
        serial,
        ...(type === "hotp" && { genkey: 1, ...(next() < 0.5 && { "2stepinit": 1 }) }),
        tokenrealm: pick(["", "corp", "partners", "corp,partners"]),
        description: pick(["", "red hat", "Red shoe"]),
        ...(next() < 0.5 && { tokeninfo: { colour: pick(["red", "blue"]) } }),
        ...(next() < 0.4 && { container_serial: `BOX${Math.floor(next() * 40)}` }),
      },
      pick(owners),
    );
    if (next() < 0.3) await tokenGroups.add(serial, pick(["red", "blue"]));
    if (next() < 0.3) await tokens.disable({ serial });
  }
  return server;
}

const lower = (row: Row, name: string) => String(row[name]).toLowerCase();

describe("GET /token/", () => {
  it("returns exactly those of 200 random tokens that match", async () => {
    const { admin } = await serverWithObjects();
    const all = await listed(admin, "/token/", "tokens", "");
    expect(all.length).toBeGreaterThan(200);
    const uid = all.find((row) => row.username === "bob")?.user_id ?? "";
    const tests: readonly [query: string, passes: (row: Row) => boolean][] = [
      ["serial=RND1*", (row) => row.serial?.startsWith("RND1") === true],
      ["type=HOTP", (row) => row.tokentype === "hotp"],
      ["tokentype=hotp,spass", (row) => ["hotp", "spass"].includes(lower(row, "tokentype"))],
      ["type_list=*ass", (row) => lower(row, "tokentype").endsWith("ass")],
      ["user=bob&realm=corp", (row) => row.username === "bob" && row.user_realm === "corp"],
      ["user=bob@corp", (row) => row.username === "bob" && row.user_realm === "corp"],
      ["user=bob", (row) => row.username === "bob" && row.user_realm === "corp"],
      ["user=bob&realm=partners", () => false],
      ["user=ghost", () => false],
      ["user=bob&realm=corp&resolver=people", (row) => row.username === "bob"],
      ["realm=partners", (row) => row.realms.includes("partners")],
      ["realm=nope", () => false],
      ["tokenrealm=PART*", (row) => row.realms.includes("partners")],
      ["tokenrealm=corp,partners", (row) => row.realms.length > 0],
      ["tokenrealm=*p*", (row) => row.realms.length > 0],
      ["tokenrealm=nope", () => false],
      ["tokenrealm=corp&user=frank@partners", (row) => row.username === "frank" && row.realms.includes("corp")],
      ["resolver=partners", (row) => row.resolver === "partners"],
      [`userid=${uid}`, (row) => row.user_id === uid],
      ["userid=nope", () => false],
      ["container_serial=BOX3", (row) => row.container_serial === "BOX3"],
      ["container_serial=box*", (row) => row.container_serial !== ""],
      ["container_serial=", (row) => row.container_serial === ""],
      ["tokengroup=red", (row) => row.tokengroup.includes("red")],
      ["tokengroup=nope", () => false],
      ["rollout_state=clientwait", (row) => row.rollout_state === "clientwait"],
      ["infokey=colour", (row) => (row.info as unknown as Row).colour !== undefined],
      ["infokey=colour&infovalue=R*", (row) => (row.info as unknown as Row).colour === "red"],
      ["infovalue=blue", (row) => Object.values(row.info ?? {}).includes("blue")],
      ["description=red*", (row) => lower(row, "description").startsWith("red")],
      ["assigned=false", (row) => row.username === ""],
      ["active=True", (row) => String(row.active) === "true"],
      [
        "active=0&type=hotp&tokenrealm=corp",
        (row) => !row.active && row.tokentype === "hotp" && row.realms.includes("corp"),
      ],
    ];
    for (const [query, passes] of tests) {
      const expected = all.filter(passes).map(({ serial }) => serial);
      expect(
        (await listed(admin, "/token/", "tokens", query)).map(({ serial }) => serial),
        query,
      ).toEqual(expected);
      const counted = (await admin.call("GET", `/token/?pagesize=0&${query}`)).body.result.value;
      expect(counted, query).toEqual({ count: expected.length, current: 1, prev: null, next: null, tokens: [] });
    }
  });

  it("restricts users to their own tokens, regardless of the user they name", async () => {
    const { api } = await serverWithObjects();
    const alice = await api.as("alice", "alice-demo");
    const all = await listed(alice, "/token/", "tokens", "");
    expect(all.every(({ username }) => username === "alice")).toBe(true);
    expect(await listed(alice, "/token/", "tokens", "user=bob&realm=corp")).toEqual(all);
    const inPartners = all.filter(({ realms }) => realms.includes("partners"));
    expect(inPartners.length).toBeGreaterThan(0);
    expect(await listed(alice, "/token/", "tokens", "realm=partners")).toEqual(inPartners);
  });

  it("returns nothing for a user who cannot be determined, rather than everything", async () => {
    const { admin, domain } = await bareServer();
    await domain.realms.clearDefault();
    expect(await listed(admin, "/token/", "tokens", "user=bob")).toEqual([]);
    expect(await listed(admin, "/container/", "containers", "username=bob")).toEqual([]);
  });

  it("returns CSV in which spreadsheets find no formulas", async () => {
    const { admin, domain } = await bareServer();
    await domain.tokens.init({
      type: "spass",
      serial: "CSV1",
      description: '=1+1,"x"\nü',
      tokenrealm: "corp,partners",
    });
    const { status, body } = await admin.call("GET", "/token/?serial=CSV*&outform=csv");
    expect(status).toBe(200);
    const [header, ...rows] = String(body).split("\r\n");
    expect(header?.startsWith("serial,tokentype,description,active,")).toBe(true);
    expect(rows.join("\r\n")).toMatch(/^CSV1,spass,"'=1\+1,""x""\nü",true,.*"corp,partners"/s);
    const none = await admin.call("GET", "/token/?serial=nope&outform=csv");
    expect(none.body).toBe(`${header}\r\n`);
  });
});

describe("GET /container/", () => {
  it("returns exactly those of 40 random containers that match", async () => {
    const { admin } = await serverWithObjects();
    const all = await listed(admin, "/container/", "containers", "");
    const owners = (row: Row) =>
      (row.users as unknown as readonly Row[]).map((user) => `${user.user_name}@${user.user_realm}`);
    const tests: readonly [query: string, passes: (row: Row) => boolean][] = [
      ["user=bob&realm=corp", (row) => owners(row).includes("bob@corp")],
      ["user=frank@partners", (row) => owners(row).includes("frank@partners")],
      ["user=ghost&realm=corp", () => false],
      ["realm=partners", (row) => row.realms.includes("partners")],
      ["realm=nope", () => false],
      ["container_realm=C*", (row) => row.realms.includes("corp")],
      ["container_realm=corp,partners", (row) => row.realms.length > 0],
      ["container_serial=box1*", (row) => row.serial?.startsWith("BOX1") === true],
      ["type=smartphone", (row) => row.type === "smartphone"],
      ["assigned=0", (row) => owners(row).length === 0],
      ["resolver=people", (row) => owners(row).some((owner) => owner.endsWith("@corp"))],
      [
        "token_serial=RND1*",
        (row) => (row.tokens as unknown as readonly Row[]).some(({ serial }) => serial?.startsWith("RND1")),
      ],
    ];
    for (const [query, passes] of tests) {
      const expected = all.filter(passes).map(({ serial }) => serial);
      const found = await listed(admin, "/container/", "containers", query);
      expect(
        found.map(({ serial }) => serial),
        query,
      ).toEqual(expected);
      expect((await admin.call("GET", `/container/?pagesize=0&${query}`)).body.result.value.count).toBe(
        expected.length,
      );
    }
  });
});

describe("a list", () => {
  it("refuses unknown parameters by name on every GET route except those that authenticate", async () => {
    const server = await bareServer();
    const { admin, domain } = server;
    await domain.tokens.init({ type: "spass", serial: "T1" });
    const sessions = createSessions({
      key: new Uint8Array(32),
      lifetime: 60,
      users: domain.users,
      admins: domain.admins,
    });
    const routes = apiRoutes({ ...server, sessions, serverUrl: () => server.url });
    const reading = routes.filter(({ method, accepts }) => method === "GET" && accepts !== "any");
    expect(reading.length).toBeGreaterThan(20);
    for (const { path } of reading) {
      const url = path.replace(":serial", "T1").replace(/:\w+/g, "x");
      const { status, body } = await admin.call("GET", `${url}?client=10.1.2.3&frobnicate=1`);
      expect(status, path).toBe(400);
      expect(body.result.error, path).toMatchObject({ code: 905, message: expect.stringContaining("frobnicate") });
    }
  });

  it.each([
    "/token/?sortby=nope",
    "/token/?sortdir=down",
    "/token/?outform=xml",
    "/token/?pagesize=-1",
    "/token/?page=0",
    "/token/?active=maybe",
    "/token/?realm=corp&tokenrealm=partners",
    `/token/?tokenrealm=${"a,".repeat(200)}`,
    `/token/?serial=${"a".repeat(200)}`,
    "/token/?serial=*a*b*c*d*e*f*",
    "/token/?type=hotp&tokentype=totp",
    "/container/?sortby=nope",
    "/container/?realm=corp&container_realm=partners",
    "/token/challenges/?sortby=nope",
    "/user/?username=a&user=b",
    "/user/?pagesize=0",
    "/user/?cursor=nonsense",
    "/token/?page=1000000",
    "/audit/?page=1000000",
  ])("refuses a parameter whose value is not valid: %s", async (path) => {
    const { admin } = await bareServer();
    const { status, body } = await admin.call("GET", path);
    expect([status, body.result.error?.code]).toEqual([400, 905]);
  });

  it("of challenges is filtered by a pattern for administrators", async () => {
    const { admin, api, domain } = await bareServer();
    await admin.call("POST", "/validate/triggerchallenge", { user: "carol" });
    const challenges = async (path: string, as: ApiClient = admin) =>
      (await as.call("GET", path)).body.result.value?.challenges.map(({ serial }: Row) => serial);
    expect(await challenges("/token/challenges/*")).toEqual(["PIEM00000001"]);
    expect(await challenges("/token/challenges/piem*?sortby=timestamp&sortdir=desc")).toEqual(["PIEM00000001"]);
    expect(await challenges("/token/challenges/OATH*")).toEqual([]);
    expect(await challenges("/token/challenges/?serial=*1")).toEqual(["PIEM00000001"]);
    expect(await challenges("/token/challenges/PIEM00000001")).toEqual(["PIEM00000001"]);
    expect((await admin.call("GET", "/token/challenges/NOPE")).status).toBe(404);
    expect(await challenges("/token/challenges/*", await api.as("alice", "alice-demo"))).toBeUndefined();
    expect(await domain.challenges.list({ serial: "*nope*" })).toEqual([]);
  });

  it("of users has pages, which a client must request if there are many users", async () => {
    const { admin, dataDirectory } = await bareServer();
    const fileName = join(dataDirectory, "demo/crowd.passwd");
    const line = (n: number) => `crowd${n}:x:${n}:${n}:Given Surname,,,,:/:/bin/false`;
    await writeFile(fileName, Array.from({ length: 5_001 }, (_, n) => line(n)).join("\n"));
    await admin.call("POST", "/resolver/crowd", { type: "passwdresolver", fileName });
    await admin.call("POST", "/realm/crowd", { resolvers: "crowd" });
    const refused = await admin.call("GET", "/user/?realm=crowd");
    expect([refused.status, refused.body.result.error.message]).toEqual([
      400,
      expect.stringContaining("pagesize: more than 5,000 users match. Allowed: a filter that fewer users match"),
    ]);
    const { result, detail } = (await admin.call("GET", "/user/?realm=crowd&pagesize=5000")).body;
    expect(result.value).toHaveLength(5_000);
    const last = (await admin.call("GET", `/user/?realm=crowd&pagesize=5000&cursor=${detail.cursor}`)).body;
    // the last user in the order of logins, which compares digits as characters
    expect([last.result.value.map(({ username }: Row) => username), last.detail?.cursor]).toEqual([
      ["crowd999"],
      undefined,
    ]);
  });

  it("of users shows users only themselves", async () => {
    const { api, admin } = await bareServer();
    const alice = await api.as("alice", "alice-demo");
    const names = async (as: ApiClient, query: string) =>
      (await as.call("GET", `/user/?${query}`)).body.result.value.map(({ username }: Row) => username);
    expect(await names(alice, "")).toEqual(["alice"]);
    expect(await names(alice, "username=*")).toEqual(["alice"]);
    expect(await names(alice, "username=bob")).toEqual([]);
    expect(await names(alice, "realm=partners")).toEqual([]);
    expect(await names(alice, "realm=CORP&resolver=people")).toEqual(["alice"]);
    expect(await names(admin, "user=b*&realm=corp")).toEqual(["bob"]);
  });
});
