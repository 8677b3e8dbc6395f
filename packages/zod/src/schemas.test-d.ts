import { defineAction, defineHandler, type Template } from "@bookend/core";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { choice, flag, integer, names, optional, optionalText, secret, template, text, withDefault } from "./index.js";

const options = z.strictObject({
  body: template({ multiline: true }),
  subject: withDefault(template(), "An action was performed"),
  name: text(),
  password: secret(),
  attach: flag(),
  raise: withDefault(flag(), false),
  count: integer({ min: 1 }),
  many: optional(integer()),
  To: choice(["tokenowner", "email"]),
  mimetype: withDefault(choice(["plain", "html"]), "plain"),
  realms: names(),
  reply_to: optionalText(),
});

interface Parsed {
  body: Template;
  subject: Template;
  name: string;
  password: string;
  attach: boolean;
  raise: boolean;
  count: number;
  many?: number | undefined;
  To: "tokenowner" | "email";
  mimetype: "plain" | "html";
  realms: readonly string[];
  reply_to?: string | undefined;
}

test("options are inferred from their schemas", () => {
  expectTypeOf<z.output<typeof options>>().toEqualTypeOf<Parsed>();
});

test("an action receives its options with their types", () => {
  defineAction({
    description: "",
    options,
    run: ({ options: given }) => {
      expectTypeOf(given).toEqualTypeOf<Parsed>();
    },
  });
  defineHandler({
    id: "Test",
    description: "",
    positions: ["post"],
    actions: {
      first: {
        description: "",
        options: z.strictObject({ a: flag() }),
        run: ({ options: { a } }) => {
          expectTypeOf(a).toBeBoolean();
        },
      },
      second: {
        description: "",
        options: z.strictObject({ b: names() }),
        run: ({ options: { b } }) => {
          expectTypeOf(b).toEqualTypeOf<readonly string[]>();
        },
      },
    },
  });
});

test("a default must be one of the choices", () => {
  // @ts-expect-error not among them
  withDefault(choice(["plain", "html"]), "rich");
  // @ts-expect-error nothing to choose from
  choice([]);
});
