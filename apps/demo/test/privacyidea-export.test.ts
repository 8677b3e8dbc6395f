import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { jsonOf } from "./api-client.js";
import { bareServer } from "./bare-server.js";

interface Problem {
  readonly severity: "error" | "warning";
  readonly field: string;
  readonly message: string;
}

/** The result of an import for one binding. */
interface Report {
  readonly id: number;
  readonly name: string;
  readonly outcome: string;
  readonly active: boolean;
  readonly problems: readonly Problem[];
}

/** Bindings of the export that cannot run in Bookend, with the reason that the import must report. */
const refused: Readonly<Record<string, string>> = {
  "Old condition": 'condition: "user_token_number" cannot be imported',
  "Script that is not here": 'Action of Script "send_letter.sh" does not exist',
  "Look-around": "Look-around",
  Months: '"{now}-6M" looks like a time of the call, but is not valid',
  "Unknown option": 'Option "force" does not exist',
  "Unknown tag": "there is no tag {seriall}; did you mean {serial}?",
  "Event of a later release": 'Event "dashboard_open" does not exist',
  "Module of a later release": 'Handler "Teleport" does not exist',
};

/** Bindings that can run, with the fields that the import must warn about. */
const warned: Readonly<Record<string, readonly string[]>> = {
  "Welcome mail": ["options.body"],
  Letter: ["options.body"],
  "SSH machine": ["options.machine ID", "conditions.tokentype"],
  "No such mail server": ["options.emailconfig"],
  "Log (2)": ["name"],
};

/** Options whose syntax means something else in Bookend, with the values to which the import must rewrite them. */
const rewritten: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Welcome mail": {
    body: "<style>p \\{ color: red }</style>\r\n<p>Grüße, {user} {surname}!</p>\n<img src={googleurl_img}>\n",
  },
  "PIN reset by SMS": { body: "\\{PIN} of {serial} was changed: {time}" },
  "Say why": { value: "Ask \\{the} help desk" },
  "Tell the ticket system": {
    data: '{"what": {"serial": "{token_serial}", "who": "{username}"}, "note": "\\\\{x}"}',
  },
};

describe.each([
  ["export.json", "application/json"],
  ["export.yaml", "application/yaml"],
  ["export.python.txt", "text/x-python"],
])("an export of privacyIDEA with all eleven modules, %s", (file, type) => {
  const fixture = (name: string) => readFile(new URL(`fixtures/privacyidea-export/${name}`, import.meta.url), "utf8");

  it("is imported, with a report for each binding", async () => {
    const { admin, bookend } = await bareServer();
    const response = await fetch(`${admin.url}/event/import`, {
      method: "POST",
      headers: { "content-type": type, authorization: admin.token ?? "" },
      body: await fixture(file),
    });
    const { result, detail } = await jsonOf(response);
    const exported = JSON.parse(await fixture("export.json")).event;
    expect([response.status, result.value]).toEqual([200, exported.length]);
    expect([...detail.ignored].sort()).toEqual(["policy", "privacyIDEA_version", "resolver", "smtpserver"]);
    const modules = new Set(exported.map(({ handlermodule }: { handlermodule: string }) => handlermodule));
    expect([...bookend.registry.handlers.keys()].filter((module) => !modules.has(module))).toEqual([]);

    const reports: readonly Report[] = detail.bindings;
    expect(reports).toHaveLength(exported.length);
    for (const [index, { id, name, outcome, active, problems }] of reports.entries()) {
      const original = exported[index];
      const errors = problems.filter(({ severity }) => severity === "error");
      const warnings = problems.filter(({ severity }) => severity === "warning");
      const reason = refused[name];
      expect(
        errors.map(({ message }) => message),
        name,
      ).toEqual(reason === undefined ? [] : [expect.stringContaining(reason)]);
      expect(
        warnings.map(({ field }) => field),
        name,
      ).toEqual(warned[name] ?? []);
      expect({ name, outcome, active }).toEqual({
        name,
        outcome: "added",
        active: original.active && reason === undefined,
      });
      expect(await bookend.bindings.get(id)).toMatchObject({
        name,
        events: original.event,
        handler: original.handlermodule,
        action: original.action,
        position: original.position,
        ordering: original.ordering,
        abortOnError: original.abort_on_error,
        conditions: original.conditions,
        options: { ...original.options, ...rewritten[name] },
      });
    }
    // each name in the tables above must be in the export
    const names = new Set(reports.map(({ name }) => name));
    const expected = [...Object.keys(refused), ...Object.keys(warned), ...Object.keys(rewritten)];
    expect(expected.filter((name) => !names.has(name))).toEqual([]);
    expect(JSON.stringify((await admin.call("GET", "/event/export")).body)).not.toContain("canary-4711");
  });
});

it("the bindings of an imported export run", async () => {
  const { admin, bookend, actions } = await bareServer();
  const exported = JSON.parse(
    await readFile(new URL("fixtures/privacyidea-export/export.json", import.meta.url), "utf8"),
  );
  // the webhooks of the export have a receiver on the internet
  const event = exported.event.filter(({ handlermodule }: { handlermodule: string }) => handlermodule !== "WebHook");
  await admin.call("POST", "/event/import", { ...exported, event });
  const names = new Map((await bookend.bindings.list()).map(({ id, name }) => [id, name]));
  await admin.call("POST", "/token/init", { type: "registration", user: "alice", realm: "corp", serial: "REG1" });
  const ran = (await actions()).map(({ binding, success }) => `${names.get(binding)}: ${success}`);
  expect(ran.sort()).toEqual([
    "Container for each: true",
    "Letter: true",
    "Log: true",
    "No such mail server: false",
    "Remember when: true",
    "Valid for a week: true",
    "Window: true",
  ]);
  const { tokens } = (await admin.call("GET", "/token/?serial=REG1")).body.result.value;
  expect(tokens).toMatchObject([
    { count_window: 20, info: { enrolled: expect.stringMatching(/^\d{4}-.* by alice$/) } },
  ]);
});
