import { describe, expect, it } from "vitest";
import { bareServer } from "./bare-server.js";
import { reportedCase } from "./reported-case.js";

const day = 86_400_000;

/** Formats an instant as privacyIDEA writes it. */
const iso = (at: number) => new Date(at).toISOString().replace("Z", "+00:00");

// from apps/demo/test/fixtures/public-reports.json: F3-blank, F3-values, and similar cases
describe("dates that are written with blanks", () => {
  it.each([
    ["days", "last_seen < {now} - 180d"],
    ["weeks", "last_seen < {now} - 26w"],
    ["capitals", "last_seen < {NOW} -180D"],
    ["a word instead of <", "last_seen 'date_before' {current_time} - 180d"],
  ])("%s: a token that was used yesterday stays, and an old one is deleted", async (_what, tokeninfo) => {
    const { admin, domain, bind } = await bareServer();
    for (const [serial, age] of [
      ["FRESH1", 1],
      ["FRESHOLD", 200],
    ] as const) {
      await admin.call("POST", "/token/init", { type: "spass", pin: "1", serial });
      await admin.call("POST", `/token/info/${serial}/last_seen`, { value: iso(Date.now() - age * day) });
    }
    await bind({
      event: "token_list",
      position: "post",
      handlermodule: "Token",
      action: "delete",
      conditions: { tokeninfo, serial: "FRESH" },
    });
    for (const serial of ["FRESH1", "FRESHOLD"]) await admin.call("GET", `/token/?serial=${serial}`);
    expect([await domain.tokens.find("FRESH1"), await domain.tokens.find("FRESHOLD")]).toEqual([
      expect.objectContaining({ serial: "FRESH1" }),
      null,
    ]);
  });
});

describe("times of the call in conditions", () => {
  it("are saved if they are valid, and refused otherwise", async () => {
    const reported = await reportedCase("F3-values");
    const lists = ["accepted as now", "understood", "refused"].map((list) => reported[list] as readonly string[]);
    const [accepted = [], understood = [], refused = []] = lists;
    expect(lists.map(({ length }) => length)).toEqual([3, 4, 2]);
    const similar = {
      saved: ["x <= {Now} - 26W", "x 'date_after' {now}+1y", "x >= {CURRENT_TIME}  -  90s", "x != {now}"],
      refused: ["x < {now-180d}", "x < {now}-180 days", "x > {current_time}+1.5h", "x == {now}--1d", "x < {now} ago"],
    };
    const { admin } = await bareServer();
    const logging = { event: "token_init", position: "post", handlermodule: "Logging", action: "logging" };
    const save = async (condition: string, value: string) => {
      const name = `${condition} ${value}`;
      const { status, body } = await admin.call("POST", "/event", {
        ...logging,
        name,
        conditions: { [condition]: value },
      });
      return `${name}: ${status === 200 ? "saved" : body.detail.problems.map(({ field }: { field: string }) => field)}`;
    };
    const wrong: string[] = [];
    // all conditions that compare a field must agree
    for (const condition of ["tokeninfo", "user_info", "container_info"]) {
      for (const value of [...accepted, ...understood, ...similar.saved]) {
        const said = await save(condition, value);
        if (!said.endsWith(": saved")) wrong.push(said);
      }
      for (const value of [...refused, ...similar.refused]) {
        const said = await save(condition, value);
        if (!said.endsWith(`: conditions.${condition}`)) wrong.push(said);
      }
    }
    expect(wrong).toEqual([]);
  });
});
