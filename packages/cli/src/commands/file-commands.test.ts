import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWorkplace, type Workplace } from "../../test/command-run.js";

let workplace: Workplace;
beforeEach(async () => {
  workplace = await createWorkplace();
});
afterEach(() => workplace.remove());

const two = `bindings:
  count logins:
    event: auth
    handlermodule: Counter
    action: increase_counter
    options: { counter_name: logins }
  tell:
    event: [token_init]
    handlermodule: WebHook
    action: post_webhook
    options: { URL: !env HOOK, content_type: json, data: "{}", replace: "0" }
    conditions: { tokentype: totp }
`;
const env = { HOOK: "https://hooks.example/services/T1/abc" };

describe("apply", () => {
  test("applies files, and changes nothing when repeated", async () => {
    await workplace.write("two.yaml", two);
    const first = await workplace.run(["apply", "two.yaml"], { env });
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toContain("Plan: 2 to add, 0 to change, 0 to remove, 0 unchanged.");
    const before = await workplace.run(["list", "--json"]);
    const second = await workplace.run(["apply", "two.yaml"], { env });
    expect(second.stdout).toBe("Plan: 0 to add, 0 to change, 0 to remove, 2 unchanged.\nNothing to change.\n");
    expect((await workplace.run(["list", "--json"])).stdout).toBe(before.stdout);
  });

  test("changes nothing if one binding is invalid, and names the line and column of each problem", async () => {
    const bad = two
      .replace("action: increase_counter", "action: increase")
      .replace("tokentype: totp", "client_ip: nowhere, colour: red");
    await workplace.write("bad.yaml", bad);
    const { code, stderr } = await workplace.run(["apply", "bad.yaml"], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('bad.yaml:5:13: error: count logins: action: Action of Counter "increase" does not exist');
    expect(stderr).toMatch(/bad\.yaml:12:30: error: tell: conditions\.client_ip/);
    expect(stderr).toMatch(/bad\.yaml:12:39: error: tell: conditions\.colour/);
    expect(stderr).toContain("3 errors; nothing was changed.");
    expect((await workplace.run(["list"])).stdout).toBe("No bindings.\n");
  });

  test.each([
    ["a: [1", /^x\.yaml:1:6: error: /],
    ["bindings:\n  a: 1\n", /^x\.yaml:2:3: error: a: is not valid. Allowed: an object/],
    [
      "bindings:\n  a: { event: [x], handler: y }\n",
      /^x\.yaml:2:20: error: a: handler: there is no such field\. Did you mean/,
    ],
    ["binding: {}\n", /^x\.yaml:1:1: error: binding: there is no such field\. Did you mean "bindings"\?/],
    ["bindings:\n  a: {}\n  a: {}\n", /^x\.yaml:3:3: error: Map keys must be unique: "a" occurs twice/],
    [
      "bindings: [{ name: a, options: { b: 1, c: { d: 1, d: 2 }, b: 2 } }]\n",
      /^x\.yaml:1:51: error: .* "d" occurs twice\.\nx\.yaml:1:59: error: .* "b" occurs twice\.\n/,
    ],
    [
      "bindings:\n  a: { event: x, handlermodule: Counter, action: a, options: { b: !env NO_SUCH } }\n",
      /^x\.yaml:2:72: error: a: options\.b: the environment variable "NO_SUCH" is not set/,
    ],
    ["bindings:\n  a: { action: a }\n", /^x\.yaml:2:3: error: a: event is missing/],
  ])("reports the place of the problem for %j", async (text, message) => {
    await workplace.write("x.yaml", text);
    const { code, stderr } = await workplace.run(["apply", "x.yaml"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  test("reads a folder, and refuses a name that occurs in two files, with both places", async () => {
    await workplace.write("a.yaml", two);
    await workplace.write("b.yml", "bindings:\n  tell: { event: x, handlermodule: Counter, action: y }\n");
    const { code, stderr } = await workplace.run(["apply", "."], { env });
    expect([code, stderr]).toEqual([
      1,
      "b.yml:2:3: error: tell: name: the binding at a.yaml:7:3 has the same name.\nbookend: 1 error; nothing was changed.\n",
    ]);
  });

  test("removes bindings that no file contains, but only with --prune", async () => {
    await workplace.write("two.yaml", two);
    await workplace.run(["apply", "two.yaml"], { env });
    await workplace.write("one.yaml", two.slice(0, two.indexOf("  tell:")));
    expect((await workplace.run(["plan", "one.yaml"])).stdout).toContain("0 to remove, 1 unchanged");
    const pruned = await workplace.run(["apply", "one.yaml", "--prune"]);
    expect(pruned.stdout).toContain("- tell\n");
    expect(JSON.parse((await workplace.run(["list", "--json"])).stdout)).toMatchObject([{ name: "count logins" }]);
  });

  test("refuses a plan that is out of date", async () => {
    await workplace.write("two.yaml", two);
    await workplace.run(["plan", "two.yaml", "--out", "plan.json"], { env });
    expect(await readFile(join(workplace.directory, "plan.json"), "utf8")).not.toContain(env.HOOK);
    await workplace.write("other.yaml", two.replace("auth", "token_init"));
    const wrong = await workplace.run(["apply", "two.yaml", "--plan-file", "two.yaml"], { env });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("--plan-file: two.yaml is not valid")]);
    const other = await workplace.run(["apply", "other.yaml", "--plan-file", "plan.json"], { env });
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("The files have changed since the plan")]);
    expect((await workplace.run(["apply", "two.yaml", "--plan-file", "plan.json"], { env })).code).toBe(0);
    await workplace.run(["disable", "tell"]);
    const late = await workplace.run(["apply", "two.yaml", "--plan-file", "plan.json"], { env });
    expect([late.code, late.stderr]).toEqual([
      1,
      expect.stringContaining("have changed since the plan was made. Nothing was changed"),
    ]);
    expect(JSON.parse((await workplace.run(["list", "--json"])).stdout)[1].active).toBe(false);
  });
});

describe("plan", () => {
  test("shows the lines that change with secrets masked, and exits with 3 on request", async () => {
    await workplace.write("two.yaml", two);
    await workplace.run(["apply", "two.yaml"], { env });
    await workplace.write("two.yaml", two.replace("tokentype: totp", "tokentype: hotp"));
    const other = { HOOK: "https://hooks.example/services/T2/abc" };
    const { code, stdout } = await workplace.run(["plan", "two.yaml", "--exit-code"], { env: other });
    expect(code).toBe(3);
    expect(stdout).toContain("~ tell\n");
    expect(stdout).toContain("  -   tokentype: totp\n  +   tokentype: hotp\n");
    expect(stdout).toContain("  -   URL: https://hooks.example/services/***/abc\n  +   URL: !env HOOK\n");
    expect(stdout).not.toMatch(/T1|T2/);
    expect((await workplace.run(["plan", "two.yaml", "--exit-code"], { env: other })).code).toBe(3);
    await workplace.run(["apply", "two.yaml"], { env: other });
    expect((await workplace.run(["plan", "two.yaml", "--exit-code"], { env: other })).code).toBe(0);
  });
});

describe("export and import", () => {
  test("produce the same bindings on an empty server, and name masked secrets", async () => {
    await workplace.write("two.yaml", two);
    await workplace.run(["apply", "two.yaml"], { env });
    const exported = await workplace.run(["export"]);
    expect(exported.stderr).toBe("tell: options.URL: the export does not contain the secret.\n");
    const other = await createWorkplace();
    try {
      const imported = await other.run(["import", "-"], { stdin: exported.stdout });
      expect(imported.stdout).toBe("2 bindings: 2 added, 0 updated, 0 unchanged; 0 removed.\n");
      expect(imported.stderr).toMatch(/^standard input:\d+:\d+: error: tell: options\.URL: /);
      expect(imported.code).toBe(1);
      const [count, tell] = JSON.parse((await workplace.run(["list", "--json"])).stdout);
      const { URL: _url, ...options } = tell.options;
      expect(JSON.parse((await other.run(["list", "--json"])).stdout)).toEqual([
        count,
        { ...tell, active: false, options },
      ]);
    } finally {
      await other.remove();
    }
  });

  test("accept JSON as well", async () => {
    await workplace.write("one.yaml", two.slice(0, two.indexOf("  tell:")));
    await workplace.run(["apply", "one.yaml"]);
    const { stdout } = await workplace.run(["export", "--json"]);
    const { stdout: done, code } = await workplace.run(["import", "-"], { stdin: stdout });
    expect([code, done]).toEqual([0, "1 binding: 0 added, 0 updated, 1 unchanged; 0 removed.\n"]);
  });
});

describe("check", () => {
  test("lists the problems of files and of stored bindings, and changes nothing", async () => {
    await workplace.write("bad.yaml", two.replace("action: increase_counter", "action: increase"));
    const checked = await workplace.run(["check", "bad.yaml"], { env });
    expect([checked.code, checked.stdout]).toEqual([
      1,
      expect.stringContaining("bad.yaml:5:13: error: count logins: "),
    ]);
    expect((await workplace.run(["check"])).stdout).toBe("0 errors, 0 warnings.\n");
    await workplace.run(["import", "bad.yaml"], { env });
    const stored = await workplace.run(["check"]);
    expect([stored.code, stored.stdout]).toEqual([1, expect.stringMatching(/^error: count logins: action: /)]);
  });
});

describe("more problems than a server lists", () => {
  const many = (action: string) =>
    `bindings:\n${Array.from(
      { length: 1_100 },
      (_, index) =>
        `  b${index}: { event: auth, handlermodule: Counter, action: ${index === 1_099 ? action : "reset_counter"}, position: pre, conditions: { result_value: "True" }, options: { counter_name: x } }\n`,
    ).join("")}`;

  test("do not prevent applying if all are warnings, but do if an error follows the warnings", async () => {
    await workplace.write("warned.yaml", many("reset_counter"));
    const warned = await workplace.run(["plan", "warned.yaml"]);
    expect([warned.code, warned.stdout.split("\n").at(-2)]).toEqual([
      0,
      "Plan: 1100 to add, 0 to change, 0 to remove, 0 unchanged.",
    ]);
    await workplace.write("wrong.yaml", many("gone"));
    const wrong = await workplace.run(["apply", "wrong.yaml"]);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("1 error; nothing was changed.")]);
    expect((await workplace.run(["list"])).stdout).toBe("No bindings.\n");
    await workplace.run(["import", "wrong.yaml"]);
    const stored = await workplace.run(["check"]);
    expect([stored.code, stored.stdout.split("\n")[0]]).toEqual([1, expect.stringMatching(/^error: b1099: action: /)]);
    expect(stored.stdout).toMatch(/\n1 error, \d+ warnings\.\n$/);
  });
});
