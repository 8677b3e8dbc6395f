import { describe, expect, test } from "vitest";
import { type CallInput, createCall } from "../contracts/call.js";
import type { Challenge, Container, Directories, Token, User } from "../contracts/directories.js";
import { Facts } from "../facts/facts.js";
import { parseTemplate } from "./parse-template.js";
import type { TagContext } from "./tag.js";
import { baseTags, resolveTags, secretTags } from "./tags.js";

const alice: User = {
  login: "alice",
  realm: "realm1",
  resolver: "resoA",
  attributes: { username: "alice", givenname: "Alice", surname: "Liddell" },
};

function token(serial: string, owner: Token["owner"] = alice): Token {
  return {
    serial,
    type: "hotp",
    description: "my token",
    active: true,
    owner,
    realms: ["realm1"],
    info: {},
    failCount: 0,
    maxFailCount: 10,
    otpCounter: 0,
    rolloutState: "",
  };
}

const container: Container = {
  serial: "SMPH1",
  type: "smartphone",
  description: "",
  states: ["active"],
  realms: [],
  owners: [],
  info: {},
  tokens: ["HOTP0001"],
  lastAuthentication: null,
  lastSynchronization: null,
};

const now = new Date(2026, 2, 5, 4, 9, 7);

function challenge(data: string, expiresAt: Date): Challenge {
  return { transactionId: "1", serial: "HOTP0001", session: "", data, createdAt: now, expiresAt };
}

const later = new Date(now.getTime() + 60_000);
const earlier = new Date(now.getTime() - 60_000);

/** Creates directories that record their queries. */
function counting(tokens: readonly Token[], challenges: readonly Challenge[] = []) {
  const asked: string[] = [];
  const ask = <T>(what: string, answer: T): T => {
    asked.push(what);
    return answer;
  };
  const directories: Directories = {
    users: {
      find: ({ login }) => ask("users", login === "alice" ? alice : null),
      resolversOf: () => [],
    },
    tokens: {
      find: (serial) => ask("tokens", tokens.find((known) => known.serial === serial) ?? null),
      ofUser: async () => ask("tokens of user", tokens),
    },
    containers: {
      find: () => ask("containers", container),
      ofToken: () => ask("containers", container),
      countOfUser: () => 0,
    },
    challenges: { of: () => ask("challenges", challenges) },
  };
  return { directories, asked };
}

function context(input: Partial<CallInput>, directories: Directories): TagContext {
  const call = createCall({ event: "token_disable", ...input });
  return { facts: new Facts(call, directories, () => now), position: "post", url: "https://mfa.example.net" };
}

async function render(source: string, input: Partial<CallInput>, directories: Directories = {}): Promise<string> {
  const template = parseTemplate(source);
  return template.render(await resolveTags(template, context(input, directories)));
}

const request = { path: "/token/disable", parameters: { serial: "HOTP0001" } };
const actor = { username: "admin", realm: "superuser", role: "admin" };
const oneToken = counting([token("HOTP0001")]).directories;

describe("the values of tags", () => {
  test.each([
    ["{admin}@{realm} {action}", "admin@superuser /token/disable"],
    ["{user}|{givenname}|{surname}|{username}|{userrealm}", "Alice|Alice|Liddell|alice|realm1"],
    ["{serial} {tokentype} {tokendescription}", "HOTP0001 hotp my token"],
    ["{container_serial}", "SMPH1"],
    ["{time} {date}", "04:09:07 2026-03-05"],
    ["{url}", "https://mfa.example.net"],
    ["<{recipient_givenname}{recipient_surname}{client_ip}{ua_string}{ua_browser}{challenge}>", "<>"],
    ["<{registrationcode}{pin}{googleurl_value}{pushurl_img}{container_url_value}>", "<>"],
  ])("%s", async (source, text) => {
    expect(await render(source, { request, actor }, oneToken)).toBe(text);
  });

  test("come from the response", async () => {
    const body = {
      result: { status: true, value: { container_url: { value: "pia://c", img: "data:c" } } },
      detail: {
        serial: "HOTP0001",
        pin: 4711,
        registrationcode: "RC1",
        googleurl: { value: "otpauth://x", img: "data:x" },
        pushurl: { value: "otpauth://p", img: "data:p" },
      },
    };
    const source =
      "{serial} {pin} {registrationcode} {googleurl_value} {googleurl_img} {pushurl_value} {pushurl_img} {container_url_value} {container_url_img}";
    expect(await render(source, { response: { status: 200, body } })).toBe(
      "HOTP0001 4711 RC1 otpauth://x data:x otpauth://p data:p pia://c data:c",
    );
    expect(
      await render("<{pin}{googleurl_value}>", {
        response: { status: 200, body: { detail: { pin: {}, googleurl: [] } } },
      }),
    ).toBe("<>");
  });

  test("come from the request", async () => {
    const headers = { "user-agent": "privacyidea-cp/3.0 Windows/10" };
    const known = { request: { headers, clientIp: "10.1.2.3" } };
    expect(await render("{client_ip} {ua_browser} {ua_string}", known)).toBe(
      "10.1.2.3 privacyidea-cp privacyidea-cp/3.0 Windows/10",
    );
    const template = parseTemplate("{ua_browser}");
    const values = resolveTags(template, { ...context(known, {}), browserOf: (agent) => `<${agent.length}>` });
    expect(values).toEqual({ ua_browser: "<29>" });
  });

  test("{serial} contains every token of the user if the call names none", async () => {
    const { directories } = counting([token("A"), token("B")]);
    const user = { login: "alice", realm: "realm1" };
    expect(await render("{serial}|{tokentype}", { request: { user } }, directories)).toBe("A,B|");
    expect(await render("{serial}", { request: { parameters: { serial: "X, Y" } } }, directories)).toBe("X, Y");
    expect(
      await render("{serial}|{username}", { request: { user: { login: "nobody", realm: "realm1" } } }, directories),
    ).toBe("|");
  });

  test("{container_serial} is the serial that the call names, even if the container no longer exists", async () => {
    const { directories, asked } = counting([]);
    const parameters = { container_serial: "GONE" };
    expect(await render("{container_serial}", { request: { parameters } }, directories)).toBe("GONE");
    expect(asked).toEqual([]);
  });

  test("{challenge} is the message of the only open challenge", async () => {
    const text = (...challenges: Challenge[]) =>
      render("<{challenge}>", { request }, counting([token("HOTP0001")], challenges).directories);
    expect(await text(challenge("Enter the code", later), challenge("old", earlier))).toBe("<Enter the code>");
    expect(await text(challenge("one", later), challenge("two", later))).toBe("<>");
    expect(await text(challenge("old", earlier))).toBe("<>");
  });

  test("an owner who no longer exists has no name, but still has a realm", async () => {
    const owner = { login: "bob", realm: "realm2", resolver: "resoB" };
    const { directories } = counting([token("HOTP0001", owner)]);
    expect(await render("{givenname}|{username}|{userrealm}", { request }, directories)).toBe("|bob|realm2");
  });

  test("an attribute is not read from a prototype", async () => {
    const odd: User = { ...alice, attributes: Object.create({ givenname: "inherited" }) as Record<string, string> };
    const users = { find: () => odd, resolversOf: () => [] };
    expect(await render("<{user}>", { request: { user: odd } }, { users })).toBe("<>");
  });
});

describe("resolveTags", () => {
  test("looks up only what the template uses, each once", async () => {
    const { directories, asked } = counting([token("HOTP0001")]);
    const known = context({ request, actor }, directories);
    expect(resolveTags(parseTemplate("{admin} {time} {serial} no {braces: 1}"), known)).toEqual({
      admin: "admin",
      time: "04:09:07",
      serial: "HOTP0001",
    });
    expect(asked).toEqual([]);
    await resolveTags(parseTemplate("{tokentype} {{#if tokendescription}}{tokentype}{{/if}}"), known);
    expect(asked).toEqual(["tokens"]);
    await resolveTags(parseTemplate("{user} {surname} {tokentype}"), known);
    expect(asked).toEqual(["tokens", "users"]);
  });

  test("prefers the values that the action provides", () => {
    const { directories, asked } = counting([]);
    const template = parseTemplate("{user} {recipient_givenname} {admin} {random}", { extraTags: ["random"] });
    const overrides = { user: "Bob", recipient_givenname: "Carol", admin: undefined, random: "x7", unused: "y" };
    expect(resolveTags(template, context({ actor }, directories), overrides)).toEqual({
      user: "Bob",
      recipient_givenname: "Carol",
      admin: "",
      random: "x7",
    });
    expect(asked).toEqual([]);
  });

  test("rejects if a lookup fails, whether immediately or later", async () => {
    const down = new Error("directory is down");
    const failing: Directories = {
      users: { find: () => Promise.reject(down), resolversOf: () => [] },
      tokens: {
        find: () => {
          throw down;
        },
        ofUser: () => [],
      },
    };
    const user = { login: "alice", realm: "realm1" };
    const known = context({ request: { ...request, user } }, failing);
    await expect(resolveTags(parseTemplate("{user}"), known)).rejects.toBe(down);
    await expect(resolveTags(parseTemplate("{user}{tokentype}"), known)).rejects.toBe(down);
    const broken = {
      ...known,
      browserOf: () => {
        throw down;
      },
    };
    await expect(resolveTags(parseTemplate("{user}{ua_browser}"), broken)).rejects.toBe(down);
  });
});

/** Additional tags of Bookend, available on any host. */
const generic = ["actor", "actor_role", "call_id", "event", "http_status", "now"];

test("the base tags are those that privacyIDEA documents and the generic ones, each with a description", () => {
  expect(generic.filter((name) => !baseTags.has(name))).toEqual([]);
  const documented = [...baseTags.keys()].filter((name) => !generic.includes(name));
  expect(documented.sort().join(" ")).toBe(
    "action admin challenge client_ip container_serial container_url_img container_url_value date givenname googleurl_img googleurl_value pin pushurl_img pushurl_value realm recipient_givenname recipient_surname registrationcode serial surname time tokendescription tokentype ua_browser ua_string url user username userrealm",
  );
  for (const [name, tag] of baseTags)
    expect([tag.name, tag.description]).toEqual([name, expect.stringMatching(/^[A-Z].+\.$/)]);
  expect([...secretTags].sort()).toEqual([
    "container_url_img",
    "container_url_value",
    "googleurl_img",
    "googleurl_value",
    "pin",
    "pushurl_img",
    "pushurl_value",
    "registrationcode",
  ]);
});
