import { describe, expect, test } from "vitest";
import { collectParameters, type ParameterSources, writeParameters } from "./index.js";

/** Collects the parameters, lets an action change them, and writes them back. */
function changed(sources: ParameterSources, action: (parameters: Record<string, unknown>) => void): ParameterSources {
  const before = collectParameters(sources);
  const after = collectParameters(sources);
  action(after);
  return writeParameters(sources, before, after);
}

const sources = { query: { q: "1", shared: "q" }, body: { b: 1, shared: "b" }, path: { id: "7" } };

describe("a change of the parameters", () => {
  test.each<[string, (parameters: Record<string, unknown>) => void, ParameterSources]>([
    ["of the path", (all) => Object.assign(all, { id: "8" }), { ...sources, path: { id: "8" } }],
    ["of the query", (all) => Object.assign(all, { q: "2" }), { ...sources, query: { q: "2", shared: "q" } }],
    [
      "of a query parameter that the body overrides",
      (all) => Object.assign(all, { shared: 3 }),
      { ...sources, body: { b: 1, shared: 3 } },
    ],
    [
      "that adds a parameter",
      (all) => Object.assign(all, { n: [1] }),
      { ...sources, body: { b: 1, shared: "b", n: [1] } },
    ],
    [
      "that removes a parameter",
      (all) => Reflect.deleteProperty(all, "shared"),
      { ...sources, query: { q: "1" }, body: { b: 1 } },
    ],
    [
      "that sets a parameter to undefined",
      (all) => Object.assign(all, { b: undefined }),
      { ...sources, body: { shared: "b" } },
    ],
  ])("%s is written to its original place", (_name, action, expected) => {
    expect(changed(sources, action)).toEqual(expected);
    expect(sources.body).toEqual({ b: 1, shared: "b" });
  });

  test.each([undefined, null, "text", [1], Buffer.from("x")])(
    "writes a new parameter to the query if the body is %j",
    (body) => {
      expect(changed({ query: {}, body, path: {} }, (all) => Object.assign(all, { n: "1" }))).toEqual({
        query: { n: "1" },
        body,
        path: {},
      });
    },
  );

  test("without changes keeps each object unchanged", () => {
    const written = changed(sources, () => undefined);
    for (const name of ["query", "body", "path"] as const) expect(written[name]).toBe(sources[name]);
  });

  test.each(["__proto__", "constructor", "prototype"])("named %s is refused", (name) => {
    const set = (all: Record<string, unknown>) =>
      Object.defineProperty(all, name, { value: {}, enumerable: true, configurable: true });
    expect(() => changed(sources, set)).toThrow(expect.objectContaining({ code: "PARAMETER_REFUSED" }));
  });
});
