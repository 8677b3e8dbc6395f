import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../../test/command-run.js";
import { startTestServer, tokens } from "../../test/test-server.js";

let workplace: Workplace;
beforeEach(async () => {
  workplace = await createWorkplace();
});
afterEach(() => workplace.remove());

const binding = {
  id: 3,
  active: true,
  event: ["token_init"],
  handlermodule: "UserNotification",
  action: "sendmail",
  position: "post",
  ordering: 0,
  abort_on_error: false,
  condition: "",
  conditions: {},
};
const mail = { To: "tokenowner", emailconfig: "office", subject: "Hello", body: "{{x}} {user}" };

const exported = {
  event: [
    { ...binding, name: "plain", options: mail },
    { ...binding, name: "locked", conditions: { token_locked: "False", client_ip: "-10.0.0.0/8" }, options: mail },
    { ...binding, name: "<img src=x onerror=alert(1)>", action: "gone", options: {} },
    { ...binding, name: "sms", action: "sendsms", options: { To: "tokenowner", body: "x", smsconfig: "gw" } },
  ],
  smtpserver: { office: { server: "mail.example", port: 25, sender: "a@example.com", password: "canary", tls: true } },
  policy: [],
};

const forms: readonly (readonly [string, string])[] = [
  ["JSON", JSON.stringify(exported)],
  ["Python", JSON.stringify(exported).replaceAll("true", "True").replaceAll("false", "False").replaceAll('"', "'")],
];

describe.each(forms)("import --from privacyidea, %s", (_form, text) => {
  test("reports for each binding whether it was carried over, changes its meaning, or failed", async () => {
    await workplace.write("export", text);
    const { code, stdout } = await workplace.run(["import", "--from", "privacyidea", "export", "--json"]);
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(
      report.bindings.map(({ name, outcome, active }: { name: string; outcome: string; active: boolean }) => [
        name,
        outcome,
        active,
      ]),
    ).toEqual([
      ["plain", "carried over", true],
      ["locked", "changes meaning", true],
      ["<img src=x onerror=alert(1)>", "failed", false],
      ["sms", "carried over", true],
    ]);
    expect(report.bindings[0].notes).toEqual([
      "options.body: literal braces are written \\{ here, and were rewritten.",
    ]);
    expect(
      report.bindings[1].meaning.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`),
    ).toEqual([
      "conditions.token_locked value-required",
      "conditions.client_ip value-required",
      "conditions.token_locked every-token-unlocked",
      "conditions.client_ip only-exclusions",
    ]);
    expect(report.servers).toEqual([
      {
        kind: "SMTP server",
        name: "office",
        bindings: ["plain", "locked"],
        state: "to be set up",
        reason: "the export contains it: use --take-servers to set it up",
      },
      { kind: "SMS gateway", name: "gw", bindings: ["sms"], state: "to be set up" },
    ]);
    expect(report.ignored.sort()).toEqual(["policy", "smtpserver"]);
    expect(stdout).not.toContain("canary");
    const list = JSON.parse((await workplace.run(["list", "--json"])).stdout);
    expect(list.map(({ active }: { active: boolean }) => active)).toEqual([true, true, false, true]);
  });
});

test("shows the same report as JSON, text and HTML for the three formats of an export", async () => {
  const reports = new Set<string>();
  for (const form of ["export.json", "export.yaml", "export.python.txt"]) {
    const source = new URL(`../../../../apps/demo/test/fixtures/privacyidea-export/${form}`, import.meta.url);
    await workplace.write(form, await readFile(source, "utf8"));
    const { stdout } = await workplace.run(["import", "--from", "privacyidea", "--dry-run", form, "--json"]);
    reports.add(stdout);
  }
  expect([...reports].map((report) => JSON.parse(report).bindings.length)).toEqual([expect.any(Number)]);
  const [report = ""] = reports;
  const { bindings } = JSON.parse(report) as { bindings: readonly { name: string; outcome: string }[] };
  for (const format of ["text", "html"]) {
    const args = ["import", "--from", "privacyidea", "--dry-run", "export.yaml", "--report", format];
    const { stdout } = await workplace.run(args);
    for (const { name } of bindings) expect(stdout).toContain(name.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  }
});

test("reports the same in a dry run, which changes nothing", async () => {
  await workplace.write("export", JSON.stringify(exported));
  const planned = await workplace.run(["import", "--from", "privacyidea", "--dry-run", "export", "--json"]);
  expect((await workplace.run(["list"])).stdout).toBe("No bindings.\n");
  const done = await workplace.run(["import", "--from", "privacyidea", "export", "--json"]);
  expect({ ...JSON.parse(planned.stdout), dryRun: false }).toEqual(JSON.parse(done.stdout));
});

test("escapes values from the export in an HTML report, which loads nothing", async () => {
  await workplace.write("export", JSON.stringify(exported));
  await workplace.run(["import", "--from", "privacyidea", "export", "--report", "html", "--out", "r.html"]);
  const html = await readFile(join(workplace.directory, "r.html"), "utf8");
  expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(html).not.toMatch(/<img|<script|canary|(src|href)=["']?http/i);
});

test("refuses input that is not an export", async () => {
  await workplace.write("export", "x: [");
  const { code, stderr } = await workplace.run(["import", "--from", "privacyidea", "export"]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^bookend: export: The body is not valid YAML/)]);
});

test("does not overwrite a server that may already exist", async () => {
  const server = await startTestServer({ brokenLists: true });
  try {
    await workplace.write("export", JSON.stringify(exported));
    const env = { BOOKEND_DATABASE: "", BOOKEND_TOKEN: tokens.admin };
    const args = ["--url", server.url, "import", "--from", "privacyidea", "--take-servers", "export", "--json"];
    expect(JSON.parse((await workplace.run(args, { env })).stdout).servers).toMatchObject([
      { name: "office", state: "to be set up", reason: expect.stringContaining("unknown whether it exists") },
      { name: "gw", state: "to be set up" },
    ]);
    expect([...server.smtpServers]).toEqual([]);
  } finally {
    await server.close();
  }
});

test("sets up servers that the export contains, and lists the others", async () => {
  const server = await startTestServer();
  try {
    await workplace.write("export", JSON.stringify(exported));
    const args = ["import", "--from", "privacyidea", "--take-servers", "export", "--json"];
    const env = { BOOKEND_DATABASE: "", BOOKEND_TOKEN: tokens.admin };
    const { stdout } = await workplace.run(["--url", server.url, ...args], { env });
    expect(JSON.parse(stdout).servers).toMatchObject([
      { name: "office", state: "taken over" },
      { name: "gw", state: "to be set up" },
    ]);
    expect(server.smtpServers.get("office")).toEqual({
      server: "mail.example",
      port: 25,
      sender: "a@example.com",
      password: "canary",
      tls: true,
    });
    const again = await workplace.run(["--url", server.url, ...args], { env });
    expect(JSON.parse(again.stdout).servers).toMatchObject([
      { name: "office", state: "exists already" },
      { name: "gw" },
    ]);
    const refused = await workplace.run(args);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--take-servers: needs --url")]);
  } finally {
    await server.close();
  }
});
