import { createSessions } from "@bookend/mfa";
import { apiRoutes } from "@bookend/reference";
import { describe, expect, it } from "vitest";
import type { Answer, ApiClient } from "./api-client.js";
import { type BareServer, bareServer } from "./bare-server.js";

/** Secrets that an administrator stores: one for each kind of value that a schema marks as secret. */
const canary = {
  otpKey: "C0FFEE0123456789ABCDEFC0FFEE0123456789AB",
  motpPin: "Canary-motp-1",
  urlToken: "Canary-url-token-2",
  urlPath: "T0CANARY3/B0CANARY3",
  gatewayToken: "Canary-gateway-token-4",
  gatewayHeader: "Canary-gateway-header-5",
  gatewayParameter: "Canary-gateway-parameter-6",
  gatewayPassword: "Canary-gateway-password-7",
  smppPassword: "Canary8",
  smtpPassword: "Canary-smtp-password-9",
  federationPath: "CANARY10CANARY10",
} as const;

const hook = `https://hook.example/services/${canary.urlPath}?token=${canary.urlToken}`;

const bindings = [
  {
    name: "enrols",
    event: "token_init",
    position: "post",
    handlermodule: "Token",
    action: "enroll",
    options: {
      tokentype: "hotp",
      user: "True",
      motppin: canary.motpPin,
      additional_params: JSON.stringify({ otpkey: canary.otpKey }),
    },
  },
  {
    name: "posts",
    event: "token_init",
    position: "post",
    handlermodule: "WebHook",
    action: "post_webhook",
    options: { URL: hook, content_type: "json", data: "{}" },
  },
];

const gateways = [
  {
    name: "hasty",
    module: "http",
    "option.url": `https://sms.example/send?token=${canary.gatewayToken}`,
    "option.user": "u",
    "option.password": canary.gatewayPassword,
    "option.secretParameters": JSON.stringify({ key: canary.gatewayParameter }),
    "header.x-key": canary.gatewayHeader,
  },
  {
    name: "slow",
    module: "smpp",
    "option.host": "127.0.0.1",
    "option.systemId": "s",
    "option.password": canary.smppPassword,
  },
];

const smtp = { server: "127.0.0.1", port: 1, username: "u", password: canary.smtpPassword, sender: "a@demo.example" };
const federation = { url: `https://branch.example/${canary.federationPath}` };

async function serverWithSecrets(): Promise<BareServer> {
  const server = await bareServer();
  const { admin } = server;
  const answers: Answer[] = [];
  // one after another: bindings with the same ordering run and are exported in the order of their ids
  for (const binding of bindings) answers.push(await admin.call("POST", "/event", binding));
  answers.push(
    ...(await Promise.all(gateways.map((gateway) => admin.call("POST", "/smsgateway/", gateway)))),
    await admin.call("POST", "/smtpserver/canary", smtp),
    await admin.call("POST", "/privacyideaserver/canary", federation),
  );
  expect(answers.map(({ status, body }) => [status, body.result?.error?.message])).toEqual(
    answers.map(() => [200, undefined]),
  );
  return server;
}

/**
 * Calls every route, including the management API, and makes the mistakes that clients may make when they change stored
 * values.
 */
async function callEveryRoute({ domain, store, channels, api, admin }: BareServer): Promise<readonly Answer[]> {
  const routes = apiRoutes({
    domain,
    store,
    channels,
    sessions: createSessions({ key: new Uint8Array(32), lifetime: 60, users: domain.users, admins: domain.admins }),
    serverUrl: () => api.url,
  });
  const management = [
    ...["", "1", "2", "available", "handlermodules", "export", "actions/Token", "conditions/Token", "defaults/Token"],
  ].map((path) => ({ method: "GET", path: `/event/${path}` }));
  const removing = (path: string) => /^\/(smtpserver|smsgateway|privacyideaserver)\/:/.test(path);
  const all = [...routes.filter(({ method, path }) => method !== "DELETE" || !removing(path)), ...management];
  const answers: Answer[] = [];
  for (const { method, path } of all) {
    const there = path.replace(/:name|:identifier/, "canary").replace(/:\w+/g, "canary");
    answers.push(await admin.call(method, there, method === "GET" ? undefined : {}));
  }
  const stored = (await admin.call("GET", "/event/")).body.result.value as readonly { id: number; name: string }[];
  for (const { id, name } of stored) {
    const same = bindings.find((binding) => binding.name === name);
    for (const change of [
      { id, event: "nosuch" },
      { id, "option.nosuch": "1", ...same, name },
      { id, conditions: { tokentype: "" }, ...same, name: "" },
      { id, action: "nosuch" },
      {
        id,
        ...same,
        name,
        options: { ...same?.options, content_type: "nosuch", tokentype: "", data: 5, user: "maybe" },
      },
      { ...same, name, options: same?.options },
    ]) {
      answers.push(await admin.call("POST", "/event/check", change));
      answers.push(await admin.call("POST", "/event", change));
    }
    answers.push(await admin.call("POST", "/event/explain", { event: "token_init", user: "alice", realm: "corp" }));
    answers.push(await admin.call("POST", `/event/disable/${id}`), await admin.call("POST", `/event/enable/${id}`));
  }
  answers.push(await admin.call("POST", "/event/check", {}));
  for (const mode of ["merge", "add", "replace"]) {
    const exported = (await admin.call("GET", "/event/export")).body;
    answers.push(await admin.call("POST", "/event/import", { ...exported, mode }));
  }
  for (const gateway of gateways) {
    answers.push(
      await admin.call("POST", "/smsgateway/", { ...gateway, "option.nosuch": "1", "option.timeoutMs": "x" }),
    );
  }
  // these calls use the stored values, and fail
  answers.push(await admin.call("POST", "/token/init", { type: "spass", pin: "1", user: "alice", realm: "corp" }));
  answers.push(
    await admin.call("POST", "/smtpserver/send_test_email", {
      ...smtp,
      identifier: "canary",
      recipient: "b@demo.example",
    }),
  );
  answers.push(await admin.call("GET", "/audit/?page_size=1000"), await admin.call("GET", "/audit/audit.csv"));
  for (const path of ["/smtpserver/", "/smsgateway/", "/privacyideaserver/", "/event/export"]) {
    answers.push(await admin.call("GET", path));
  }
  return answers;
}

it("no route returns what a schema marks as secret, and neither log contains it", async () => {
  const server = await serverWithSecrets();
  const answers = await callEveryRoute(server);
  expect(answers.length).toBeGreaterThan(120);
  const shown = JSON.stringify(answers);
  expect(shown).toContain("https://hook.example/services/***/***?token=***");
  const log = server.log();
  for (const [name, secret] of Object.entries(canary)) {
    const spellings = [secret, ...secret.split("/")];
    const inAnswer = answers.find((answer) => spellings.some((each) => JSON.stringify(answer).includes(each)));
    expect({ name, inAnswer, inLog: spellings.some((each) => log.includes(each)) }).toEqual({
      name,
      inAnswer: undefined,
      inLog: false,
    });
  }
});

describe("a masked value that is sent back", () => {
  const optionsOf = async ({ bookend }: BareServer) =>
    Object.fromEntries((await bookend.bindings.list()).map(({ name, options }) => [name, options]));

  it("keeps the secret of a binding that is saved or imported", async () => {
    const server = await serverWithSecrets();
    const { admin } = server;
    const before = await optionsOf(server);
    for (const { id, name, ...shown } of (await admin.call("GET", "/event/")).body.result.value) {
      const { revision, ...fields } = shown;
      const { status } = await admin.call("POST", "/event", { ...fields, id, name, ordering: 7 });
      expect([name, status]).toEqual([name, 200]);
    }
    expect(await optionsOf(server)).toEqual(before);
    const exported = (await admin.call("GET", "/event/export")).body;
    expect(exported.detail.masked.map(({ option }: { option: string }) => option).sort()).toEqual([
      "URL",
      "additional_params",
      "motppin",
    ]);
    const { body } = await admin.call("POST", "/event/import", exported);
    expect(body.detail.bindings).toMatchObject([{ active: true }, { active: true }]);
    expect(await optionsOf(server)).toEqual(before);
  });

  it("disables a binding that is imported into another server, where the secret is missing", async () => {
    const exported = (await (await serverWithSecrets()).admin.call("GET", "/event/export")).body;
    const elsewhere = await bareServer();
    const { body } = await elsewhere.admin.call("POST", "/event/import", exported);
    const fields = body.detail.bindings.map(
      ({ active, problems }: { active: boolean; problems: readonly { field: string }[] }) => [
        active,
        ...problems.map(({ field }) => field).sort(),
      ],
    );
    expect(fields).toEqual([
      [false, "options.additional_params", "options.motppin"],
      [false, "options.URL", "options.URL"],
    ]);
    expect(JSON.stringify(await optionsOf(elsewhere))).not.toContain("***");
  });

  it("keeps the secret of a gateway, a mail server or a server for forwarded calls", async () => {
    const { admin, domain } = await serverWithSecrets();
    const access = () => Promise.all([domain.smsGateways.access("hasty"), domain.smsGateways.access("slow")]);
    const before = await access();
    for (const { name, providermodule, options } of (await admin.call("GET", "/smsgateway/")).body.result.value) {
      const given = Object.fromEntries(Object.entries(options).map(([option, value]) => [`option.${option}`, value]));
      if (!["hasty", "slow"].includes(name)) continue;
      const { status, body } = await admin.call("POST", "/smsgateway/", { name, module: providermodule, ...given });
      expect([name, status, body.result.error?.message]).toEqual([name, 200, undefined]);
    }
    expect(await access()).toEqual(before);
    const { canary: server } = (await admin.call("GET", "/privacyideaserver/")).body.result.value;
    expect(server.url).toBe("https://branch.example/***");
    expect((await admin.call("POST", "/privacyideaserver/canary", { ...server, timeout: 20 })).status).toBe(200);
    expect(await domain.federationServers.find("canary")).toMatchObject({ ...federation, timeout: 20 });
    expect((await admin.call("POST", "/smtpserver/canary", { ...smtp, password: "***" })).status).toBe(200);
    expect((await domain.smtpServers.access("canary")).password).toBe(canary.smtpPassword);
  });

  it.each([
    [
      "a gateway at another address",
      "/smsgateway/",
      { ...gateways[1], "option.host": "127.0.0.2", "option.password": "***" },
    ],
    [
      "a gateway with another URL",
      "/smsgateway/",
      { ...gateways[0], "option.url": "https://other.example/send?token=***" },
    ],
    ["a new gateway", "/smsgateway/", { ...gateways[1], name: "new", "option.password": "***" }],
    ["a mail server at another address", "/smtpserver/canary", { ...smtp, server: "127.0.0.2", password: "***" }],
    ["a new mail server", "/smtpserver/new", { ...smtp, password: "***" }],
    [
      "a server for forwarded calls with another URL",
      "/privacyideaserver/canary",
      { url: "https://other.example/***" },
    ],
    ["a new server for forwarded calls", "/privacyideaserver/new", { url: "https://branch.example/***" }],
  ])("is refused for %s, to which the stored secret must not be sent", async (_what, path, parameters) => {
    const { admin, domain } = await serverWithSecrets();
    const { status, body } = await admin.call("POST", path, parameters as Parameters<ApiClient["call"]>[2]);
    expect([status, body.result.error?.code]).toEqual([400, 905]);
    expect(await domain.smsGateways.find("new")).toBeNull();
    expect(await domain.federationServers.find("canary")).toMatchObject(federation);
  });
});
