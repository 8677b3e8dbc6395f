import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  createBookend,
  defineAction,
  defineCondition,
  defineHandler,
  flag,
  memoryBindings,
  nameSet,
  type Token,
} from "../index.js";

const about = { description: "" };
const options = z.strictObject({ word: z.string(), count: z.number().optional() });
const asked = { name: "c", group: "general", description: "", value: nameSet({ of: "names" }) } as const;

test("a misspelled option does not compile", () => {
  defineAction({
    ...about,
    options,
    run: ({ options: given }) => {
      expectTypeOf(given.word).toBeString();
      // @ts-expect-error the option is called word
      return void given.wrod;
    },
  });
  // @ts-expect-error the option is called timeoutMs
  defineAction({ ...about, options, timeoutMS: 5, run: () => undefined });
});

test("a misspelled choice does not compile", () => {
  defineAction({ ...about, options, choices: { word: () => ["a"] }, run: () => undefined });
  // @ts-expect-error the option is called word
  defineAction({ ...about, options, choices: { wrod: () => ["a"] }, run: () => undefined });
  // @ts-expect-error a choice is a list of strings
  defineAction({ ...about, options, choices: { word: () => [1] }, run: () => undefined });
  defineHandler({
    id: "H",
    ...about,
    positions: ["post"],
    // @ts-expect-error the option is called word
    actions: { act: { ...about, options, choices: { wrod: () => ["a"] }, run: () => undefined } },
  });
});

test("a misspelled position does not compile", () => {
  // @ts-expect-error the positions are pre and post
  defineHandler({ id: "H", ...about, positions: ["after"], actions: {} });
  // @ts-expect-error the positions of an action are pre and post
  defineAction({ ...about, options, positions: ["before"], run: () => undefined });
  // @ts-expect-error the positions of a condition are pre and post
  defineCondition({ ...asked, positions: ["past"], actual: () => "x", matches: () => true });
});

test("a fact without its directory does not compile", () => {
  defineCondition({
    ...asked,
    needs: ["tokens"],
    actual: async (facts) => {
      expectTypeOf(await facts.token()).toEqualTypeOf<Token | null>();
      return (await facts.token())?.type;
    },
    matches: (names, type) => names.has(type),
  });
  defineCondition({
    ...asked,
    // @ts-expect-error the condition does not declare that it needs tokens
    actual: async (facts) => (await facts.token())?.type,
    matches: () => true,
  });
  defineCondition({
    ...asked,
    needs: ["tokens"],
    // @ts-expect-error the condition does not declare that it needs users
    actual: async (facts) => (await facts.user())?.login,
    matches: () => true,
  });
  // @ts-expect-error the directory is called tokens
  defineAction({ ...about, options, changes: ["token"], run: () => undefined });
});

test("a wrong type in matches does not compile", () => {
  defineCondition({
    ...asked,
    actual: () => 5,
    // @ts-expect-error actual returns a number
    matches: (names, seen: string) => names.has(seen),
  });
  defineCondition({
    ...asked,
    value: flag(),
    actual: () => true,
    // @ts-expect-error the configured value is a boolean
    matches: (wanted, _seen) => wanted.has("x"),
  });
  // @ts-expect-error matches returns a boolean, not a promise
  defineCondition({ ...asked, actual: () => "x", matches: async () => true });
});

test("the actual of an indexed condition does not receive the configured value", () => {
  const index = { keysOf: (names: ReadonlySet<string>) => names, keysIn: (seen: string) => seen };
  defineCondition({ ...asked, index, actual: () => "x", matches: (names, seen) => names.has(seen) });
  // @ts-expect-error the plan calls actual once for all configured values
  defineCondition({ ...asked, index, actual: (_facts, names) => [...names][0], matches: () => true });
});

// host.test.ts declares `parcels` for the whole repository, which is one program
test("a lookup of a directory that the host did not declare does not compile", () => {
  defineCondition({
    ...asked,
    needs: ["parcels"],
    actual: async (facts) => {
      expectTypeOf((await facts.parcels())?.number).toEqualTypeOf<string | undefined>();
      return (await facts.parcels())?.number;
    },
    matches: (names, number) => names.has(number),
  });
  defineCondition({
    ...asked,
    // @ts-expect-error the condition does not declare that it needs parcels
    actual: async (facts) => (await facts.parcels())?.number,
    matches: () => true,
  });
  // @ts-expect-error nobody declared letters
  defineCondition({ ...asked, needs: ["letters"], actual: () => "x", matches: () => true });
  defineAction({
    ...about,
    options,
    changes: ["parcels"],
    run: async ({ facts }) => {
      expectTypeOf((await facts.parcels())?.weight).toEqualTypeOf<number | undefined>();
      // @ts-expect-error nobody declared letters
      await facts.letters();
    },
  });
  // @ts-expect-error nobody declared letters
  defineAction({ ...about, options, changes: ["letters"], run: () => undefined });
  const host = { handlers: [], bindings: memoryBindings() };
  createBookend({ ...host, directories: { parcels: { find: async () => ({ number: "1", weight: 2 }) } } });
  // @ts-expect-error a weight is a number
  createBookend({ ...host, directories: { parcels: { find: () => ({ number: "1", weight: "2" }) } } });
  // @ts-expect-error nobody declared letters
  createBookend({ ...host, directories: { letters: { find: () => null } } });
  createBookend({
    ...host,
    tags: {
      parcel: {
        description: "",
        value: async ({ facts }) => (await facts.parcels())?.weight,
      },
    },
    events: { parcel_create: { parameters: { type: "object" } } },
  });
  // @ts-expect-error a tag has one value
  createBookend({ ...host, tags: { parcel: { description: "", value: () => ["a"] } } });
});
