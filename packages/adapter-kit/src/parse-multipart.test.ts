import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMultipart } from "./index.js";

const type = "multipart/form-data; boundary=x";
const part = (name: string, value: string, more = "") =>
  `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const form = (...parts: readonly string[]) => new TextEncoder().encode(`${parts.join("")}--x--\r\n`);

describe("parseMultipart", () => {
  it("reads fields, and returns a list for a repeated name", async () => {
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

  // as Perl's LWP sends it
  it("reads a form whose boundary is short", async () => {
    const body = [
      '--xYzZY\r\nContent-Disposition: form-data; name="user"\r\n\r\nhans\r\n',
      '--xYzZY\r\nContent-Disposition: form-data; name="pass"\r\n\r\na+b%--xYzZY\r\n',
      "--xYzZY--\r\n",
    ].join("");
    expect(await parseMultipart("multipart/form-data; boundary=xYzZY", Buffer.from(body))).toEqual({
      user: "hans",
      pass: "a+b%--xYzZY",
    });
  });

  it.each(["b", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "a".repeat(70), "'()+_,-./:=?"])(
    "reads a form with the boundary %s",
    async (boundary) => {
      const body = `preamble\r\n--${boundary}\r\ncontent-disposition: form-data; name="ü"\r\ncontent-type: text/plain; charset=utf-8\r\n\r\nä\r\n\r\n--${boundary}--\r\nepilogue`;
      const header = `multipart/form-data; charset=utf-8; boundary="${boundary}"`;
      expect(await parseMultipart(header, Buffer.from(body))).toEqual({ ü: "ä\r\n" });
    },
  );

  it("reads an empty value, a form without parts and a form without a last line break", async () => {
    expect(await parseMultipart(type, form(part("a", ""), part("b", "")))).toEqual({ a: "", b: "" });
    expect(await parseMultipart(type, Buffer.from("--x--"))).toEqual({});
    expect(await parseMultipart(type, Buffer.from(`${part("a", "1")}--x--`))).toEqual({ a: "1" });
  });

  it("reads a field of a type other than text, and a field as long as the body", async () => {
    const long = "é".repeat(400_000);
    const typed =
      '--x\r\ncontent-type: application/octet-stream\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n';
    expect(await parseMultipart(type, form(typed, part("b", long)))).toEqual({ a: "1", b: long });
  });

  it.each([
    ["without a disposition", "--x\r\ncontent-type: text/plain\r\n\r\n1\r\n"],
    ["without headers", "--x\r\n\r\n1\r\n"],
    ["without a name", "--x\r\ncontent-disposition: form-data\r\n\r\n1\r\n"],
    ["that is not form data", '--x\r\ncontent-disposition: attachment; name="a"\r\n\r\n1\r\n'],
    ["with a line break in its name", '--x\r\ncontent-disposition: form-data; name="a\nb"\r\n\r\n1\r\n'],
    ["whose headers do not end", '--x\r\ncontent-disposition: form-data; name="a"\r\n'],
    ["with more headers than a form has", `--x\r\n${"a: b\r\n".repeat(30)}${part("a", "1").slice(5)}`],
  ])("refuses a part %s", async (_, malformed) => {
    const sent = form(part("b", "2"), malformed, part("c", "3"));
    await expect(parseMultipart(type, sent)).rejects.toMatchObject({ code: "BODY_INVALID", statusCode: 400 });
  });

  it("reads or refuses any corrupted form, without hanging", async () => {
    const whole = Buffer.from(form(part("a", "1"), part("file", "1,2\r\n3", '; filename="a.csv"'), part("b", "2")));
    const damage = fc.array(
      fc.tuple(fc.nat(whole.length), fc.nat(12), fc.constantFrom("", "\r\n", "--x", "-", "\0", '"')),
      {
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(damage, async (cuts) => {
        let sent = whole;
        for (const [at, length, put] of cuts) {
          sent = Buffer.concat([sent.subarray(0, at), Buffer.from(put), sent.subarray(at + length)]);
        }
        const read = await parseMultipart(type, Uint8Array.from(sent), { files: ["file"] }).catch((error) => error);
        if (read instanceof Error)
          expect(read).toMatchObject({ statusCode: expect.toSatisfy((status) => status < 500) });
        else
          expect(
            Object.values(read)
              .flat()
              .every((value) => typeof value === "string"),
          ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  describe("with files", () => {
    const csv = part("file", "\uFEFFa,b\r\nc,ü\r\n", '; filename="tokens.csv"\r\ncontent-type: text/csv');

    it("reads the content of a file that is accepted, in the order of the fields", async () => {
      const body = form(part("type", "OATH CSV"), csv, part("file", "2"));
      expect(await parseMultipart(type, body, { files: ["file"] })).toEqual({
        type: "OATH CSV",
        file: ["a,b\r\nc,ü\r\n", "2"],
      });
    });

    it("refuses a file in a field with another name, and a file that is not UTF-8", async () => {
      const other = form(part("other", "1", '; filename="a.csv"'));
      const reading = parseMultipart(type, other, { files: ["file"] });
      await expect(reading).rejects.toMatchObject({ message: "body: only file may be a file.", statusCode: 400 });
      const latin1 = Buffer.from(part("file", "ü", '; filename="a.csv"').concat("--x--"), "latin1");
      await expect(parseMultipart(type, latin1, { files: ["file"] })).rejects.toMatchObject({
        message: "body: a file is not UTF-8 text.",
        statusCode: 400,
      });
    });
  });

  it("counts fields up to the limit", async () => {
    await expect(parseMultipart(type, form(part("a", "1"), part("b", "2")), { fields: 2 })).resolves.toBeDefined();
    await expect(
      parseMultipart(type, form(part("a", "1"), part("a", "2"), part("a", "3")), { fields: 2 }),
    ).rejects.toMatchObject({ code: "TOO_MANY_PARAMETERS", statusCode: 413 });
  });
});
