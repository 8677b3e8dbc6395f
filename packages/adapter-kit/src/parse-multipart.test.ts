import { describe, expect, it } from "vitest";
import { parseMultipart } from "./index.js";

const type = "multipart/form-data; boundary=x";
const part = (name: string, value: string, more = "") =>
  `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const form = (...parts: readonly string[]) => new TextEncoder().encode(`${parts.join("")}--x--\r\n`);

describe("parseMultipart", () => {
  it("reads fields; a repeated name has a list", async () => {
    const read = await parseMultipart(type, form(part("a", "1"), part("b", "é"), part("a", "2")));
    expect(read).toEqual({ a: ["1", "2"], b: "é" });
    expect(Object.getPrototypeOf(read)).toBeNull();
  });

  it("reads a quoted boundary and a view into a larger buffer", async () => {
    const whole = new Uint8Array([45, 45, 120, ...form(part("a", "1"))]);
    expect(await parseMultipart('multipart/form-data; boundary="x"', whole.subarray(3))).toEqual({ a: "1" });
  });

  it.each([
    ["that is not a form", type, new TextEncoder().encode("nonsense")],
    ["without a boundary", "multipart/form-data", form(part("a", "1"))],
    ["with a file", type, form(part("a", "1", '; filename="a.txt"'))],
  ])("refuses a body %s", async (_, contentType, body) => {
    await expect(parseMultipart(contentType, body)).rejects.toMatchObject({ code: "BODY_INVALID", statusCode: 400 });
  });

  it("counts fields up to the limit", async () => {
    await expect(parseMultipart(type, form(part("a", "1"), part("b", "2")), { fields: 2 })).resolves.toBeDefined();
    await expect(
      parseMultipart(type, form(part("a", "1"), part("a", "2"), part("a", "3")), { fields: 2 }),
    ).rejects.toMatchObject({ code: "TOO_MANY_PARAMETERS", statusCode: 413 });
  });
});
