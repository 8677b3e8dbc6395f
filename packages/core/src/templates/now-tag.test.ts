import { describe, expect, it } from "vitest";
import { createCall, Facts, parseTemplate } from "../index.js";
import { resolveTags } from "./tags.js";

async function rendered(source: string, now = "2026-03-29T00:59:30.250Z"): Promise<string> {
  const template = parseTemplate(source);
  const facts = new Facts(createCall({ event: "e" }), {}, () => new Date(now));
  return template.render(await resolveTags(template, { facts, position: "post" }));
}

describe("the time of the call", () => {
  it.each([
    ["{now}", "2026-03-29T00:59:30Z"],
    ["{now@Europe/Berlin}", "2026-03-29T01:59:30+01:00"],
    ["{now:dd.MM.yyyy HH:mm@Europe/Berlin}", "29.03.2026 01:59"],
    ["{now:d.M.yy, H 'Uhr'@America/New_York} {now:HH:mm:ss.SSS}", "28.3.26, 20 Uhr 00:59:30.250"],
    ["{now:yyyy-MM-dd'T'HH:mmXXX@Asia/Kolkata}", "2026-03-29T06:29+05:30"],
    ["{now:'it''s' HH}", "it's 00"],
    ["{{now}} {{#if now}}yes{{/if}}", "2026-03-29T00:59:30Z yes"],
    ["\\{now:HH} { now:HH} {now:} {nower:HH}", "{now:HH} { now:HH} {now:} {nower:HH}"],
  ])("%s is %s", async (source, text) => {
    expect(await rendered(source)).toBe(text);
  });

  it("observes the zone's daylight saving time", async () => {
    expect(await rendered("{now@Europe/Berlin}", "2026-03-29T01:00:00Z")).toBe("2026-03-29T03:00:00+02:00");
  });

  it.each([
    ["{now:YYYY}", /YYYY is not a part of a time/],
    ["{now:hh:mm}", /hh is not a part of a time/],
    ["{now:HH 'Uhr}", /quote/],
    ["{now@Europe/Berln}", /no time zone Europe\/Berln/],
    ["{now:HH@Mars}", /no time zone Mars/],
  ])("is refused in the form %s", (source, message) => {
    expect(() => parseTemplate(source)).toThrow(message);
  });
});
