import { describe, expect, it } from "vitest";
import { aToken, hostOf } from "../../test/host.js";

/** Returns the end of the validity period that `set validity` stores at 2026-03-15T12:00Z. */
async function validUntil(written: string) {
  const { run, stored } = hostOf();
  await run("set validity", { "valid till": written });
  return stored()?.tokeninfo.validity_period_end;
}

describe("set validity", () => {
  it.each([
    ["2016-12-23T15:30+0600", "2016-12-23T09:30:00.000Z"],
    ["2016-12-23T15:30-02:30", "2016-12-23T18:00:00.000Z"],
    ["2016-12-23T15:30:10Z", "2016-12-23T15:30:10.000Z"],
    ["2016-12-23 15:30", "2016-12-23T15:30:00.000Z"],
    ["2016-12-23", "2016-12-23T00:00:00.000Z"],
    ["2016/12/23", "2016-12-23T00:00:00.000Z"],
    ["2016/2/3 9:30", "2016-02-03T09:30:00.000Z"],
    ["23.12.2016", "2016-12-23T00:00:00.000Z"],
    ["3.2.2016 23:20", "2016-02-03T23:20:00.000Z"],
    ["29.02.2024 0:00", "2024-02-29T00:00:00.000Z"],
    ["2016/12/23 9:30am", "2016-12-23T09:30:00.000Z"],
    ["2016/12/23 11:20:pm", "2016-12-23T23:20:00.000Z"],
    ["23.12.2016 12:05am", "2016-12-23T00:05:00.000Z"],
    ["23.12.2016 12:05 PM", "2016-12-23T12:05:00.000Z"],
    [" 23.12.2016  9:30 ", "2016-12-23T09:30:00.000Z"],
    ["+30m", "2026-03-15T12:30:00.000Z"],
    ["+24h", "2026-03-16T12:00:00.000Z"],
    ["+7d", "2026-03-22T12:00:00.000Z"],
  ])("reads %j as %s", async (written, expected) => {
    expect(await validUntil(written)).toBe(expected);
  });

  it.each([
    "garbage",
    "1/4/2026",
    "12/23/2016",
    "30.02.2024",
    "29.02.2023",
    "2016/13/01",
    "2016-02-30",
    "23.12.16",
    "23.12.2016 24:00",
    "23.12.2016 9:60",
    "23.12.2016 9",
    "23.12.2016 13:20pm",
    "23.12.2016 0:20am",
    "23.12.2016T9:30",
    "9:30",
    "-5d",
    "+1y",
    "+1w",
    "7d",
    "+ 7d",
    "+7d 9:30",
    "+36526d",
    "{now}+7d",
  ])("refuses %j when saved", async (written) => {
    expect(await hostOf().check("set validity", { "valid till": written })).toMatchObject([
      { severity: "error", field: "options.valid till", message: expect.stringContaining("2016-12-23T15:30+0600") },
    ]);
  });

  it("sets both ends, and keeps an end if it is not given", async () => {
    const { run, stored } = hostOf();
    await run("set validity", { "valid from": "+24h", "valid till": "+7d" });
    await run("set validity", { "valid from": "01.01.2026", "valid till": "" });
    expect(stored()?.tokeninfo).toEqual({
      validity_period_start: "2026-01-01T00:00:00.000Z",
      validity_period_end: "2026-03-22T12:00:00.000Z",
    });
  });

  // from apps/demo/test/fixtures/public-reports.json: F15, and similar cases
  it.each([
    ["valid from", "23.12.2026", { validity_period_end: "2026-11-26T22:59+0000" }],
    ["valid from", "+7d", { validity_period_end: "2026-03-20T00:00:00Z" }],
    ["valid from", "2026-11-26T22:59Z", { validity_period_end: "2026-11-26T22:59+0000" }],
    ["valid till", "01.01.2026", { validity_period_start: "2026-02-01T00:00+0000" }],
  ])(
    "fails for %s %s if the token would never be valid with the stored %j, and changes nothing",
    async (option, written, tokeninfo) => {
      const { run, stored } = hostOf({
        tokens: [aToken({ serial: "S0" }), aToken({ serial: "S1", tokeninfo: { ...tokeninfo } })],
        request: { all_data: { serial: "S0,S1" } },
      });
      const { entry } = await run("set validity", { [option]: written });
      expect(entry).toMatchObject({ outcome: "failed", reason: expect.stringContaining("never be valid") });
      expect(stored("S0")?.tokeninfo).toEqual({});
      expect(stored("S1")?.tokeninfo).toEqual(tokeninfo);
    },
  );

  it("replaces a stored end with a new one, and ignores one that cannot be read", async () => {
    const { run, stored } = hostOf({ tokens: [aToken({ serial: "S1", tokeninfo: { validity_period_end: "soon" } })] });
    await run("set validity", { "valid from": "23.12.2026" });
    await run("set validity", { "valid from": "23.12.2027", "valid till": "24.12.2027" });
    expect(stored()?.tokeninfo.validity_period_end).toBe("2027-12-24T00:00:00.000Z");
    const mixed = { "valid from": "23.12.2027", "valid till": "+1d" };
    expect((await run("set validity", mixed)).entry).toMatchObject({ outcome: "failed" });
  });

  it.each([
    [{}],
    [{ "valid from": "23.12.2016", "valid till": "2016/12/22" }],
    [{ "valid from": "+24h", "valid till": "+1d" }],
  ])("refuses %j, which is not a period", async (options) => {
    expect(await hostOf().check("set validity", options)).toMatchObject([
      { severity: "error", field: "options.valid till" },
    ]);
  });
});
