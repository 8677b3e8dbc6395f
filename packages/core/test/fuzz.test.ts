import { probe } from "@bookend/test-kit";
import {
  fuzzSettings,
  hostileBoolean,
  hostileCondition,
  hostilePointer,
  hostileString,
  hostileTemplate,
  hostileValue,
} from "@bookend/test-kit/hostile";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseConditions } from "../src/conditions/index.js";
import {
  asciiNotes,
  type BindingInput,
  BookendError,
  compilePattern,
  createBookend,
  createCall,
  escapeArgument,
  escapeFileName,
  escapeHeader,
  escapeHtml,
  escapeUrl,
  firstJsonError,
  memoryBindings,
  type Problem,
  parseJson,
  parseMailAddress,
  parseTemplate,
  parseTimedTemplate,
  readFlag,
  readInstant,
  ValueError,
  valueAt,
} from "../src/index.js";
import { nearest } from "../src/internal/nearest.js";
import { escapeJson } from "../src/templates/escape.js";
import { readInteger } from "../src/values/comparison.js";
import { readDuration } from "../src/values/duration.js";

const { numRuns, ...settings } = fuzzSettings(1_500);
fc.configureGlobal(settings);

/** Runs a function, which may throw nothing but errors of Bookend. */
function returnsOrRefuses(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof BookendError)) throw error;
  }
}

describe("core either returns a value or refuses the input, for fuzzed", () => {
  it("values of all base conditions", () => {
    const condition = fc.constantFrom(...baseConditions);
    fc.assert(
      fc.property(condition, fc.oneof(hostileCondition, hostileValue), ({ value: type }, raw) => {
        let value: unknown;
        try {
          value = type.parse(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
          return;
        }
        for (const note of type.notes?.(value) ?? []) expect(note).toBeTypeOf("string");
      }),
      { numRuns },
    );
  });

  it("strings of every format", () => {
    const readers: readonly ((text: string) => unknown)[] = [
      asciiNotes,
      readDuration,
      readFlag,
      readInstant,
      readInteger,
      parseMailAddress,
      (text) => compilePattern(text, "anywhere").test(text),
      (text) => compilePattern(text, "whole text").test("a".repeat(50)),
      firstJsonError,
      (text) => nearest(text, ["serial", "realm"]),
      (text) => valueAt({ a: [text] }, text, "0"),
      (text) => escapeHtml(text, "a"),
      (text) => escapeUrl(text, "a"),
      (text) => escapeJson(text, "a"),
      (text) => escapeHeader(text, "a"),
      (text) => escapeFileName(text, "a"),
      (text) => escapeArgument(text, "a"),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...readers),
        fc.oneof(hostileString, hostilePointer, hostileCondition),
        (read, source) => returnsOrRefuses(() => read(source)),
      ),
      { numRuns },
    );
  });

  it("booleans, each with one result", () => {
    fc.assert(
      fc.property(hostileBoolean, (raw) => {
        const value = readFlag(raw);
        if (value === undefined) return;
        expect(value).toBeTypeOf("boolean");
        expect(String(raw).trim()).toMatch(value ? /^(true|True|TRUE|1)$/ : /^(false|False|FALSE|-?0)$/);
      }),
      { numRuns },
    );
  });

  it("JSON, as JSON.parse reads it", () => {
    const source = fc.oneof(
      hostileString,
      hostileValue.map((value) => JSON.stringify(value) ?? ""),
    );
    const read = (parse: (text: string) => unknown, text: string) => {
      try {
        return { value: parse(text) };
      } catch {
        return "refused";
      }
    };
    fc.assert(
      fc.property(source, (text) => {
        if (read(JSON.parse, text) === "refused") expect(read(parseJson, text)).toBe("refused");
        else returnsOrRefuses(() => parseJson(text));
      }),
      { numRuns },
    );
  });

  it("templates, with values that are templates", () => {
    const values = fc.dictionary(fc.constantFrom("serial", "username", "a"), hostileString);
    const source = fc.oneof(hostileTemplate, hostileString);
    fc.assert(
      fc.property(source, values, (text, given) => {
        returnsOrRefuses(() => expect(parseTemplate(text).render(given)).toBeTypeOf("string"));
        returnsOrRefuses(() => parseTimedTemplate(text));
      }),
      { numRuns },
    );
  });

  it("bindings, alone and imported, and calls that meet them", async () => {
    const names = baseConditions.map(({ name }) => name);
    const input = fc.record(
      {
        name: fc.oneof(fc.constant("n"), hostileValue),
        events: fc.oneof({ weight: 6, arbitrary: fc.constant(["e"]) }, { weight: 1, arbitrary: hostileValue }),
        handler: fc.oneof(fc.constant("Probe"), hostileValue),
        action: fc.oneof(fc.constant("a"), hostileValue),
        position: fc.oneof(fc.constantFrom("pre", "post"), hostileValue),
        options: fc.oneof(fc.constant({}), hostileValue),
        active: fc.oneof(fc.constant(true), hostileValue),
        ordering: fc.oneof(fc.constant(0), hostileValue),
        conditions: fc.oneof(
          {
            weight: 6,
            arbitrary: fc.dictionary(fc.constantFrom(...names), fc.oneof(hostileCondition, hostileValue), {
              maxKeys: 3,
            }),
          },
          { weight: 1, arbitrary: hostileValue },
        ),
      },
      { requiredKeys: ["name", "events", "handler", "action"] },
    );
    const runs = Math.ceil(numRuns / 10);
    await fc.assert(
      fc.asyncProperty(fc.array(input, { maxLength: 4 }), hostileValue, async (inputs, body) => {
        const bookend = createBookend({ handlers: [probe({ a: () => undefined })], bindings: memoryBindings() });
        try {
          const documents = inputs as unknown as readonly BindingInput[];
          for (const document of documents) {
            const problems: readonly Problem[] = await bookend.check(document);
            for (const { message } of problems) expect(message).toBeTypeOf("string");
          }
          await bookend.bindings
            .import(documents)
            .catch((error: unknown) => expect(error).toBeInstanceOf(BookendError));
          const call = createCall({ event: "e", request: { parameters: { user: body, serial: body, realm: body } } });
          const response = await bookend.handle(call, () => ({ status: 200, body }));
          expect(response.body).toEqual(body);
          await bookend.explain({ ...call, response });
        } finally {
          bookend.close();
        }
      }),
      { numRuns: runs },
    );
  });
});
