import { describeEachDatabase } from "@bookend/test-kit/databases";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkplace, runCommand, type Workplace } from "../../test/command-run.js";

const file = `bindings:
  count:
    event: auth
    handlermodule: Counter
    action: increase_counter
    options: { counter_name: logins }
  tell:
    event: [token_init]
    handlermodule: WebHook
    action: post_webhook
    options: { URL: !env HOOK, content_type: json, data: "{}", replace: "0" }
`;

describeEachDatabase("--database", ({ freshUrl }) => {
  let workplace: Workplace;
  beforeEach(async () => {
    workplace = await createWorkplace({ database: false });
  });
  afterEach(() => workplace.remove());

  test("lists, changes and exports the bindings of a database, and imports them into another one", async () => {
    const [url, other] = [await freshUrl(), await freshUrl()];
    const env = { HOOK: "https://hooks.example/services/T1/abc" };
    const run = (...args: readonly string[]) => runCommand(["--database", url, ...args], workplace.directory, { env });
    expect((await run("list")).stderr).toMatch(/The tables do not exist|does not exist/);
    expect((await run("list", "--create")).stdout).toBe("No bindings.\n");
    await workplace.write("b.yaml", file);
    expect((await run("plan", "--exit-code", "b.yaml")).code).toBe(3);
    expect((await run("apply", "b.yaml")).code).toBe(0);
    expect((await run("plan", "--exit-code", "b.yaml")).code).toBe(0);
    expect((await run("check")).stdout).toBe("0 errors, 0 warnings.\n");
    expect((await run("disable", "count")).stderr).toBe("1 binding disabled.\n");
    expect((await run("copy", "tell", "tell too")).code).toBe(0);
    expect((await run("history", "count")).stdout).toMatch(/ disable .* count\n.* count\n$/s);
    expect((await run("show", "tell")).stdout).toContain("URL: https://hooks.example/services/***/abc");
    const exported = await run("export");
    expect(exported.stdout + exported.stderr).not.toContain("T1");
    const copied = await runCommand(["--database", other, "--create", "import", "-"], workplace.directory, {
      stdin: exported.stdout,
    });
    // the exit code is 1, since an export does not contain secrets
    expect([copied.code, copied.stdout]).toEqual([1, "3 bindings: 3 added, 0 updated, 0 unchanged; 0 removed.\n"]);
    expect((await run("delete", "count", "tell", "tell too")).stderr).toBe("3 bindings deleted.\n");
    expect((await run("list")).stdout).toBe("No bindings.\n");
  });
});
