import { describe, expect, it } from "vitest";
import { aToken, hostOf } from "../test/host.js";

const agent = "Mozilla/5.0 (X11; Linux x86_64)";

/** Creates a host whose clock is at 2026-03-15T12:00Z. */
function host() {
  return hostOf({
    request: { all_data: { serial: "S1" }, headers: { "User-Agent": agent } },
    client_ip: "10.1.2.3",
    logged_in_user: { username: "admin", realm: "helpdesk", role: "admin" },
  });
}

async function described(description: string) {
  const { run, stored } = host();
  await run("set description", { description });
  return stored()?.description;
}

async function info(value: string) {
  const { run, stored } = host();
  await run("set tokeninfo", { key: "k", value });
  return stored()?.tokeninfo.k;
}

describe("token strings", () => {
  it.each([
    ["{now}", "2026-03-15 12:00:00.000000+0000"],
    ["{current_time}-90s", "2026-03-15 11:58:30.000000+0000"],
    ["{now}+30m", "2026-03-15 12:30:00.000000+0000"],
    ["{now}+24h", "2026-03-16 12:00:00.000000+0000"],
    ["{now}-12d", "2026-03-03 12:00:00.000000+0000"],
    ["{now} -12d", "2026-03-03 12:00:00.000000+0000"],
    ["{now} + 10d", "2026-03-25 12:00:00.000000+0000"],
    ["{NOW} - 12D", "2026-03-03 12:00:00.000000+0000"],
    ["{Current_Time}+1w", "2026-03-22 12:00:00.000000+0000"],
    ["{now}+1y", "2027-03-15 12:00:00.000000+0000"],
    [
      "since {now} - 1d, until {now}+1d.",
      "since 2026-03-14 12:00:00.000000+0000, until 2026-03-16 12:00:00.000000+0000.",
    ],
    ["{now} {serial}", "2026-03-15 12:00:00.000000+0000 S1"],
    ["{now} - expired", "2026-03-15 12:00:00.000000+0000 - expired"],
    [
      "{{now}} of {{#if serial}}{now} - 1d{{/if}}",
      "2026-03-15 12:00:00.000000+0000 of 2026-03-14 12:00:00.000000+0000",
    ],
    ["{now}+1d{now}+2d", "2026-03-16 12:00:00.000000+00002026-03-17 12:00:00.000000+0000"],
    ["\\{now}+1d", "{now}+1d"],
    ["{{#if serial}}{now}+1d{{else}}none{{/if}}", "2026-03-16 12:00:00.000000+0000"],
    ["{client_ip} {ua_string} {ua_browser} {admin}@{realm}", `10.1.2.3 ${agent} Mozilla admin@helpdesk`],
    ["{ not a tag }", "{ not a tag }"],
  ])("render %j as %j", async (written, expected) => {
    expect(await described(written)).toBe(expected);
  });

  it("contain the user's {username} and {realm} in tokeninfo", async () => {
    expect(await info("{username}@{realm} from {client_ip} at {now}-1h")).toBe(
      "alice@realm1 from 10.1.2.3 at 2026-03-15 11:00:00.000000+0000",
    );
  });

  it("are empty if they are not given", async () => {
    const { run, stored } = hostOf({ tokens: [aToken({ serial: "S1", description: "old" })] });
    await run("set description");
    expect(stored()?.description).toBe("");
  });

  it("do not expand what a caller sends", async () => {
    const { run, stored } = hostOf({
      request: { all_data: { serial: "S1" }, headers: { "User-Agent": "{now}+1d{admin}{{serial}}" } },
    });
    await run("set description", { description: "{ua_string}" });
    expect(stored()?.description).toBe("{now}+1d{admin}{{serial}}");
  });

  // from apps/demo/test/fixtures/public-reports.json: F3-write, and similar cases
  it.each([
    ["{now} + 10d", "2026-03-25 12:00:00.000000+0000"],
    ["{NOW} - 2W", "2026-03-01 12:00:00.000000+0000"],
    ["until {current_time} +90m", "until 2026-03-15 13:30:00.000000+0000"],
  ])(
    "are stored in tokeninfo with blanks around the sign, and in any letter case: %j as %j",
    async (written, expected) => {
      expect(await info(written)).toBe(expected);
    },
  );

  it.each([
    "{nwo}",
    "{now}+1d {now_c}",
    "{now}+999999999d",
    "{{now_c}}",
    "{now_1}",
    "{now}+1.5d",
    "at {now}+1.5d",
    "{now} - 6M",
    "{now} - 6 months",
    "{now-5d}",
    "{now}-5",
    "{now}-1d-5h",
    "{ now }",
    "{now}\u2212 5d",
    "{{now}}+5d",
    "{{ NOW }} - 5d",
  ])("are refused when saved: %j", async (value) => {
    expect(await host().check("set description", { description: value })).toMatchObject([
      { severity: "error", field: "options.description" },
    ]);
    expect(await host().check("set tokeninfo", { key: "k", value })).toMatchObject([
      { severity: "error", field: "options.value" },
    ]);
  });

  it("list the existing tags in errors", async () => {
    const [problem] = await host().check("set description", { description: "{nwo}+1d" });
    expect(problem?.message).toMatch(/no tag \{nwo\}; did you mean \{now\}\?/);
    expect(problem?.message).not.toContain("{now_");
  });

  it.each([
    ["set description", { description: "{pin}" }, "description"],
    ["set tokeninfo", { key: "k", value: "{registrationcode}" }, "value"],
  ])("warn about secrets in %s", async (action, options, field) => {
    expect(await host().check(action, options)).toMatchObject([
      { severity: "warning", code: "SECRET_TAG", field: `options.${field}` },
    ]);
  });
});
