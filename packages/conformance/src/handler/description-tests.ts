import { deepEqual, fail, ok } from "node:assert/strict";
import { type Action, createBookend, type Handler, memoryBindings, optionsJsonSchemaOf } from "@bookend/core";
import { inTime } from "../deadline.js";
import type { HandlerTest } from "./handler-test.js";

/** Tests that a handler can be registered, and describes everything that forms need. */
export const descriptionTests: readonly HandlerTest[] = [
  {
    name: "registers: createBookend accepts the handler",
    run: ({ handler, directories }) => {
      createBookend({ handlers: [handler], bindings: memoryBindings(), directories }).close();
    },
  },
  {
    name: "is the same each time: two handlers from one factory have the same id and actions",
    async run({ handler, again }) {
      const { handler: other } = await again();
      ok(other !== handler, "the factory returned the same handler twice. Allowed: a new one each time");
      deepEqual(shapeOf(other), shapeOf(handler));
    },
  },
  {
    name: "describes the handler, each action and each condition",
    run({ handler }) {
      describes("the handler", handler.description);
      for (const [name, { description }] of actionsOf(handler)) describes(`action ${name}`, description);
      for (const { name, description } of handler.conditions ?? []) describes(`condition ${name}`, description);
    },
  },
  {
    name: "is tested completely: there is a sample for each action, and none for an action that does not exist",
    run({ handler, uses }) {
      const sampled = [...new Set(uses.map(({ action }) => action))].sort();
      deepEqual(
        sampled,
        actionsOf(handler)
          .map(([name]) => name)
          .sort(),
        "the samples do not match the actions",
      );
    },
  },
  {
    name: "describes its options: the JSON Schema of each has a type and a description",
    run({ handler }) {
      for (const [name, action] of actionsOf(handler)) {
        const schema = optionsJsonSchemaOf(action);
        ok(
          schema.type === "object" || Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf),
          `action ${name}: no JSON Schema of its options. Allowed: a library that makes one, or optionsJsonSchema`,
        );
        for (const [option, property] of propertiesOf(schema)) {
          describes(`option ${option} of action ${name}`, property.description);
          ok(
            typeKeywords.some((keyword) => keyword in property),
            `option ${option} of action ${name} has no type. Allowed: one of ${typeKeywords.join(", ")}`,
          );
        }
      }
    },
  },
  {
    name: "offers its choices: each `choices` function returns strings",
    async run({ handler }) {
      for (const [name, action] of actionsOf(handler)) {
        for (const [option, choices] of Object.entries(choicesOf(action))) {
          const place = `choices of option ${option} of action ${name}`;
          const found: unknown = await inTime(choices(), place).catch((error: unknown) =>
            fail(`${place} failed: ${error instanceof Error ? error.message : "no error"}`),
          );
          ok(
            Array.isArray(found) && found.every((choice) => typeof choice === "string"),
            `${place} returned something else. Allowed: an array of strings`,
          );
        }
      }
    },
  },
];

const typeKeywords = ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"];

/** Returns the actions of a handler, with their names. */
export function actionsOf(handler: Handler): readonly (readonly [string, Action])[] {
  return Object.entries(handler.actions);
}

/** Returns the properties of a JSON Schema; for a union, those of all its members. */
export function propertiesOf(schema: unknown): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (!isRecord(schema)) return [];
  const own = isRecord(schema.properties) ? Object.entries(schema.properties) : [];
  const members = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const found = own.flatMap(([name, property]) => (isRecord(property) ? [[name, property] as const] : []));
  return [...found, ...members.flatMap(propertiesOf)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function choicesOf(action: Action): Record<string, () => unknown> {
  const found: [string, () => unknown][] = [];
  for (const [option, choices] of Object.entries(action.choices ?? {})) {
    if (typeof choices === "function") found.push([option, async () => choices()]);
  }
  return Object.fromEntries(found);
}

function shapeOf(handler: Handler) {
  return {
    id: handler.id,
    positions: handler.positions,
    actions: actionsOf(handler).map(([name]) => name),
    conditions: (handler.conditions ?? []).map(({ name }) => name),
    deliveries: (handler.deliveries ?? []).map(({ name }) => name),
  };
}

function describes(what: string, description: unknown): void {
  ok(typeof description === "string" && description.trim() !== "", `${what} has no description`);
}
