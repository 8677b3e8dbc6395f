import { describe, expect, test } from "vitest";
import { collectParameters, defaultParameterLimits, groupFields, parseForm, refuseJsonValues } from "./index.js";

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const refuses = (code: string, statusCode = 400) => expect.objectContaining({ code, statusCode });

describe("collectParameters", () => {
  test("replaces an earlier source by a later one, except where the later value is undefined", () => {
    const sources = {
      query: { a: "q", b: "q", c: "q" },
      body: { b: "b", c: "b" },
      path: { c: "p", a: undefined, "*": "x" },
    };
    expect({ ...collectParameters(sources) }).toEqual({ a: "q", b: "b", c: "p" });
  });

  test.each([undefined, null, "text", 1, ["a"], Buffer.from("a"), new ReadableStream()])(
    "finds no parameters in %j",
    (body) => {
      expect({ ...collectParameters({ query: { a: "1" }, body }) }).toEqual({ a: "1" });
    },
  );

  test("keeps a list in JSON as one value, and reads a list in a query or a form as a repeated name", () => {
    expect({ ...collectParameters({ body: { a: [1, 2] } }) }).toEqual({ a: [1, 2] });
    expect(() => collectParameters({ body: { a: ["1", "2"] }, form: true })).toThrow(refuses("PARAMETER_REPEATED"));
    expect(() => collectParameters({ query: { a: ["1", "2"] } })).toThrow(refuses("PARAMETER_REPEATED"));
    const options = { lists: ["a"] };
    expect({ ...collectParameters({ query: { a: ["1", "2"] } }, options) }).toEqual({ a: ["1", "2"] });
    expect(() => collectParameters({ query: { b: ["1", "2"] } }, options)).toThrow(refuses("PARAMETER_REPEATED"));
  });

  test("limits nesting, the length of names, and the number of fields", () => {
    expect(() => collectParameters({ body: nested(32) })).not.toThrow();
    expect(() => collectParameters({ body: nested(33) })).toThrow(refuses("BODY_TOO_DEEP"));
    expect(() => collectParameters({ body: [nested(32)] })).toThrow(refuses("BODY_TOO_DEEP"));
    expect(() => collectParameters({ query: { ["n".repeat(201)]: "" } })).toThrow(refuses("PARAMETER_NAME_TOO_LONG"));
    const repeated = { a: Array(1_001).fill("") };
    expect(() => collectParameters({ query: repeated }, { lists: true })).toThrow(refuses("TOO_MANY_PARAMETERS", 413));
  });

  test.each(["__proto__", "constructor", "prototype"])("refuses the name %s at any depth", (name) => {
    const named = JSON.parse(`{"${name}": 1}`) as unknown;
    for (const sources of [{ query: named }, { body: [{ a: named }] }, { body: { a: [named] } }, { path: named }]) {
      expect(() => collectParameters(sources)).toThrow(refuses("PARAMETER_REFUSED"));
    }
  });
});

describe("values of a JSON body", () => {
  const refused = refuses("TOO_MANY_PARAMETERS", 413);

  test("are counted at any depth", () => {
    const list = (length: number) => ({ body: { a: { b: Array.from({ length }, () => 1) } } });
    expect(collectParameters(list(9_998))).toMatchObject({ a: {} });
    expect(() => collectParameters(list(9_999))).toThrow(refused);
    const fields = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [n, 1]));
    expect(() => collectParameters({ body: fields })).toThrow(refused);
    expect(() => collectParameters({ body: { a: [1] } }, { limits: { ...defaultParameterLimits, values: 1 } })).toThrow(
      refused,
    );
  });

  test("are counted before parsing, without what is in strings", () => {
    expect(() => refuseJsonValues(JSON.stringify(Array(10_000).fill(0)), { values: 10_000 })).toThrow(refused);
    for (const few of [
      JSON.stringify(Array(9_998).fill(0)),
      JSON.stringify(["[,{".repeat(50_000), '\\",,'.repeat(9_000)]),
    ]) {
      expect(() => refuseJsonValues(few)).not.toThrow();
    }
    for (const many of ["[".repeat(10_000), "{,".repeat(6_000), `${JSON.stringify("\\")},`.repeat(10_001)]) {
      expect(() => refuseJsonValues(many)).toThrow(refused);
    }
    expect(() => refuseJsonValues(`"${"\\".repeat(100_001)}`)).not.toThrow();
  });
});

describe("parseForm", () => {
  test("reads names and values in the way that browsers write them", () => {
    expect({ ...parseForm("a=1+2&a=%C3%A9&b&=c&toString=%zz") }).toEqual({
      a: ["1 2", "\u00e9"],
      b: "",
      "": "c",
      toString: "%zz",
    });
  });

  test("counts the fields before it reads any of them", () => {
    expect(Object.keys(parseForm(Array.from({ length: 1_000 }, (_, i) => `f${i}=`).join("&")))).toHaveLength(1_000);
    expect(() => parseForm("a&".repeat(1_000_000))).toThrow(refuses("TOO_MANY_PARAMETERS", 413));
    expect(() => parseForm("a&b&c", { fields: 2 })).toThrow(refuses("TOO_MANY_PARAMETERS", 413));
  });

  test("groups a repeated name in linear time: it stores each value once", () => {
    const value = {};
    const fields = Array.from({ length: 100_000 }, () => ["__proto__", value] as const);
    expect(Object.entries(groupFields(fields))).toEqual([["__proto__", Array(100_000).fill(value)]]);
  });
});
