import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BookendError, ValueError } from "../contracts/errors.js";
import { parseTemplate } from "./parse-template.js";
import { baseTags } from "./tags.js";

const values = { user: "Alice", serial: "HOTP1,TOTP2", surname: "{admin}{{serial}}\\{user}", realm: "" };
const render = (source: string) => parseTemplate(source).render(values);

function refusal(source: string, options?: Parameters<typeof parseTemplate>[1]): ValueError {
  try {
    parseTemplate(source, options);
  } catch (error) {
    if (error instanceof ValueError) return error;
    throw error;
  }
  throw new Error(`${source} was accepted`);
}

describe("single braces", () => {
  test.each([
    ["Hello {user}!", "Hello Alice!"],
    ["{user}{user}", "AliceAlice"],
    ["{user", "{user"],
    ["user}", "user}"],
    ["{ user }", "{ user }"],
    ["{}{0}{User}{user:>5}{user!r}", "{}{0}{User}{user:>5}{user!r}"],
    ["body { color: red }", "body { color: red }"],
    ["@media print {a{color:red}}", "@media print {a{color:red}}"],
    ['{"a":{"b":"{user}"}}', '{"a":{"b":"Alice"}}'],
    ["\\{user}", "{user}"],
    ["\\{{user}}", "{Alice}"],
    ["\\{\\{user}}", "{{user}}"],
    ["C:\\temp\\", "C:\\temp\\"],
    ["\ufdd0{user}\\{{user}\ufdd1", "\ufdd0Alice{Alice\ufdd1"],
    ["", ""],
  ])("%s", (source, text) => {
    expect(render(source)).toBe(text);
  });

  test("a tag without a value is empty", () => {
    expect(render("<{pin}>")).toBe("<>");
  });

  test("a template lists the names of its tags", () => {
    expect([...parseTemplate("{user} {serial} {user} \\{pin} {0}").tags]).toEqual(["user", "serial"]);
    expect([...parseTemplate("{{#if pin}}{user}{{else}}{{realm}}{{/if}}").tags]).toEqual(["pin", "user", "realm"]);
  });

  test("an unknown tag is refused, with the nearest one and all existing tags", () => {
    const error = refusal("Hello {usernme}");
    expect(error.message).toBe("there is no tag {usernme}; did you mean {username}?");
    expect(error.allowed).toContain("{serial}");
    expect(error.code).toBe("VALUE_INVALID");
    expect(refusal("{__proto__}").message).toBe("there is no tag {__proto__}");
  });

  test("an action can define additional tags", () => {
    const template = parseTemplate("{random}-{user}", { extraTags: ["random"] });
    expect(template.render({ ...values, random: "x7" })).toBe("x7-Alice");
    expect(refusal("{rndom}", { extraTags: ["random"] }).message).toContain("did you mean {random}?");
  });

  test("other tags can replace the base ones", () => {
    const tags = new Map([["now", { name: "now", description: "", secret: false, value: () => "12:00" }]]);
    expect(parseTemplate("{now}", { tags }).render({ now: "12:00" })).toBe("12:00");
    expect(() => parseTemplate("{user}", { tags })).toThrow(ValueError);
  });
});

describe("Handlebars", () => {
  test.each([
    ["{{user}} {user}", "Alice Alice"],
    ["{{#if user}}yes{{else}}no{{/if}}", "yes"],
    ["{{#if realm}}yes{{else}}no{{/if}}", "no"],
    ["{{#if realm}}a{{else if user}}b{{else}}c{{/if}}", "b"],
    ["{{#unless realm}}none{{/unless}}", "none"],
    ["{{#if user}}[{serial}]{{/if}}", "[HOTP1,TOTP2]"],
    ["{{#each serial}}{{@index}}:{{this}}{{#unless @last}}; {{/unless}}{{/each}}", "0:HOTP1; 1:TOTP2"],
    ["{{#each serial}}{{#if @first}}>{{/if}}{{.}} {user} {{/each}}", ">HOTP1 Alice TOTP2 Alice "],
    ["{{#each realm}}x{{else}}none{{/each}}", "none"],
    ["{{#with user}}{{this}}{{/with}}{{#with realm}}x{{else}}none{{/with}}", "Alicenone"],
    ["{{!-- a {{comment}} --}}x{{! y }}", "x"],
    ["a {{~user~}} b", "aAliceb"],
    ["{{#if user}}\nline\n{{/if}}\nend", "line\nend"],
    ["\\{{{user}}}", "{Alice}"],
    ["{{user}} { color: red }", "Alice { color: red }"],
    ['{"a":{"b":{{user}}}}', '{"a":{"b":Alice}}'],
    ["@media print {a{b:{{user}}}}}", "@media print {a{b:Alice}}}"],
    ["{{#each serial}}{{#with user}}{{@index}}{{this}}{{/with}}{{/each}}", "0Alice1Alice"],
    ["{{#with user}}{{#each serial}}{{this}}{{/each}}{{this}}{{/with}}", "HOTP1TOTP2Alice"],
  ])("%s", (source, text) => {
    expect(render(source)).toBe(text);
  });

  test.each([
    ["{{{user}}}", "{{{"],
    ["{{&user}}", "{{&"],
    ["{{~ &user}}", "{{&"],
    ["{{{{if user}}}}x{{{{/if}}}}", "{{{"],
    ["{{> user}}", "partials"],
    ["{{#> user}}{{/user}}", "partials"],
    ["{{* user}}", "decorators"],
    ['{{#*inline "user"}}{{/inline}}', "decorators"],
    ["{{lookup user}}", "lookup"],
    ["{{lookup this user}}", "lookup"],
    ["{{log user}}", "log"],
    ["{{user serial}}", "user is not a helper"],
    ["{{user x=1}}", "user is not a helper"],
    ["{{#user}}x{{/user}}", "{{#user}}"],
    ["{{^user}}x{{/user}}", "{{#user}}"],
    ["{{#blockHelperMissing user}}{{/blockHelperMissing}}", "blockHelperMissing"],
    ["{{#constructor}}{{/constructor}}", "constructor"],
    ["{{constructor}}", "constructor"],
    ["{{__proto__}}", "__proto__"],
    ["{{toString}}", "toString"],
    ["{{serial.length}}", "serial.length"],
    ["{{secret.length}}", "secret.length"],
    ["{{user.constructor}}", "user.constructor"],
    ["{{user.[constructor]}}", "user.constructor"],
    ["{{../user}}", "../user"],
    ["{{./user}}", "./user"],
    ["{{this.user}}", "this.user"],
    ["{{this}}", "inside"],
    ["{{@index}}", "inside"],
    ["{{#with user}}{{@index}}{{/with}}", "inside"],
    ["{{#each user}}x{{else}}{{this}}{{/each}}", "inside"],
    ["{{@root}}", "@root"],
    ["{{@root.user}}", "@root.user"],
    ["{{#each user}}{{@../index}}{{/each}}", "index"],
    ["{{#if (user)}}{{/if}}", "expression"],
    ["{{#if (lookup this user)}}{{/if}}", "expression"],
    ['{{"user"}}', "user is not the name"],
    ["{{1}}", "1 is not the name"],
    ["{{true}}", "true is not the name"],
    ['{{#if "x"}}{{/if}}', "x is not the name"],
    ["{{#if}}{{/if}}", "takes exactly one name of a tag"],
    ["{{#if user serial}}{{/if}}", "takes exactly one name of a tag"],
    ["{{#if user includeZero=true}}{{/if}}", "takes exactly one name of a tag"],
    ["{{#each serial as |x|}}{{x}}{{/each}}", '"as"'],
    ["{{#each serial}}{{#each user}}x{{/each}}{{/each}}", "each inside another each"],
    ["{{#each serial}}{{#with user}}{{#each user}}x{{/each}}{{/with}}{{/each}}", "each inside another each"],
    ["{{userr}}", "did you mean {user}?"],
    ["a\n{{user", "line 2"],
    ["{{#if user}}x", "line 1"],
    ["{{#if user}}x{{/unless}}", "unless"],
    ["{{}}", "line 1"],
    ["{{ \\{ }}", "\\{"],
    ["{{#if user}}".repeat(17) + "{{/if}}".repeat(17), "nested"],
    ["{{user}}".repeat(501), "more than 500"],
    ["{{#if user}}".repeat(20_000), "more than 500"],
    [`{{user ${"(".repeat(200_000)}`, "longer than 200"],
    ["\ufdd0{{user}}", "U+FDD0"],
  ])("%j is refused", (source, why) => {
    const error = refusal(source);
    expect(error.message).toContain(why);
    expect(error.allowed).not.toBe("");
    expect(error.message.length).toBeLessThan(150);
  });
});

describe("rendering", () => {
  test("escapes only the values, and passes on the tag of each", () => {
    const seen: string[] = [];
    const text = parseTemplate("<{user}>{{#each serial}}<{{this}}>{{/each}}").render(values, (value, tag) => {
      seen.push(`${tag}=${value}`);
      return value.toLowerCase();
    });
    expect(text).toBe("<alice><hotp1><totp2>");
    expect(seen).toEqual(["user=Alice", "serial=HOTP1", "serial=TOTP2"]);
  });

  test("each trims spaces around commas", () => {
    expect(parseTemplate("{{#each serial}}<{{this}}>{{/each}}").render({ serial: " A, B ,,C" })).toBe("<A><B><C>");
  });

  test("does not read values from a prototype", () => {
    const inherited = Object.create({ user: "inherited" }) as Record<string, string>;
    expect(parseTemplate("<{user}{{user}}>").render(inherited)).toBe("<>");
  });

  test("stops at its maximum length", () => {
    const template = parseTemplate("{{#each serial}}0123456789{user}{{/each}}", { maxLength: 100 });
    const serial = (count: number) => Array.from({ length: count }, () => "x").join();
    expect(template.render({ serial: serial(10) })).toHaveLength(100);
    expect(() => template.render({ serial: serial(11) })).toThrow(
      expect.objectContaining({ constructor: BookendError, code: "TEMPLATE_TOO_LONG" }),
    );
    expect(() => parseTemplate("{user}").render({ user: "x".repeat(262_145) })).toThrow(BookendError);
    expect(refusal("x".repeat(262_145)).allowed).toBe("at most 262144 characters");
  });
});

describe("for any string", () => {
  const anyText = fc.string({ unit: fc.constantFrom("{", "}", "\\", "a", "user", ":", " ", '"', "\n", "é", "\ue000") });

  test("anything that is not a tag is unchanged, except for \\{", () => {
    fc.assert(
      fc.property(anyText, (source) => {
        fc.pre(!/\{[a-z_]+\}|\{\{/.test(source.replaceAll("\\{", "")));
        fc.pre(!/\{[a-z_]+\}|\{\{/.test(source.replaceAll("\\{", "\0")));
        expect(parseTemplate(source).render({})).toBe(source.replaceAll("\\{", "{"));
      }),
    );
  });

  test("JSON and style sheets are unchanged", () => {
    const css = fc
      .array(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), value: fc.stringMatching(/^[a-z0-9]{1,8}$/) }))
      .map((rules) => `body{${rules.map(({ name, value }) => `${name}:${value}`).join(";")}}`);
    const json = fc.json({ noUnicodeString: false } as object).filter((text) => !/\{[a-z_]+\}|\{\{|\\\{/.test(text));
    fc.assert(
      fc.property(fc.oneof(css, json), (source) => {
        fc.pre(!/\{[a-z_]+\}/.test(source));
        expect(parseTemplate(source).render({})).toBe(source);
      }),
    );
  });

  test("a string is either rendered or refused", () => {
    const handlebars = fc.string({
      unit: fc.constantFrom(
        "{{",
        "}}",
        "{",
        "}",
        "#",
        "/",
        "if",
        " ",
        "user",
        "else",
        "each",
        "this",
        ".",
        "@",
        "\\",
        "(",
      ),
    });
    fc.assert(
      fc.property(handlebars, (source) => {
        try {
          expect(typeof parseTemplate(source).render(values)).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("values are never expanded", () => {
    const names = [...baseTags.keys()];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(...names.flatMap((name) => [`{${name}}`, `{{${name}}}`, `{{#if ${name}}}x{{/if}}`, "\\{", "}}"])),
    );
    const piece = fc.oneof(
      fc.constantFrom(" ", "x", "\\{", "}"),
      fc.constantFrom(...names).map((name) => ({ name, source: `{${name}}` })),
      fc.constantFrom(...names).map((name) => ({ name, source: `{{${name}}}` })),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.dictionary(fc.constantFrom(...names), value), (pieces, found) => {
        const source = pieces.map((part) => (typeof part === "string" ? part : part.source)).join("");
        const expected = pieces.map((part) =>
          typeof part === "string" ? part.replaceAll("\\{", "{") : (found[part.name] ?? ""),
        );
        expect(parseTemplate(source).render(found)).toBe(expected.join(""));
      }),
    );
  });
});
