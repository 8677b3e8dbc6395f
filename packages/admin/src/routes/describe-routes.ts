import {
  describeHandler,
  describePathTags,
  describeTags,
  type HandlerDescription,
  optionsJsonSchemaOf,
  type TagDescription,
} from "@bookend/core";
import { z } from "zod";
import { eventAnswer, handlerAnswer, handlerWithTagsAnswer, tagAnswer } from "../answers/describe-answers.js";
import { notFoundError } from "../errors.js";
import { isRecord } from "../fields.js";
import type { AdminOptions } from "../options.js";
import { choiceParameter, textParameter } from "../read-parameters.js";
import { type Route, routeOf } from "../route.js";

const noParameters = z.strictObject({});

/** Returns the routes for building forms: events, handlers, tags. */
export function describeRoutes({
  bookend,
  directories = {},
}: Pick<AdminOptions<never>, "bookend" | "directories">): readonly Route[] {
  const { registry } = bookend;
  const handlerNamed = async (id: string) => {
    const found = await describeHandler(registry, id, directories);
    if (!found) throw notFoundError(`There is no handler module ${JSON.stringify(id)}.`);
    return handlerItem(found);
  };
  return [
    routeOf(
      {
        method: "GET",
        path: "describe",
        operation: "describe",
        right: "bindings:read",
        summary: "All events, all handlers with their actions and conditions, and all tags.",
        parameters: noParameters,
        answer: z.strictObject({
          events: z.array(eventAnswer),
          handlers: z.array(handlerAnswer),
          tags: z.array(tagAnswer),
        }),
      },
      async () => ({
        value: {
          events: [...bookend.events].sort().map((name) => {
            const description = bookend.eventDescriptions.get(name)?.description;
            return { name, ...(description !== undefined && { description }) };
          }),
          handlers: await Promise.all([...registry.handlers.keys()].map(handlerNamed)),
          tags: [...describeTags(registry), ...describePathTags()],
        },
      }),
    ),
    routeOf(
      {
        method: "GET",
        path: "describe/<module>",
        operation: "describe",
        right: "bindings:read",
        summary: "One handler with its actions, conditions and tags.",
        parameters: noParameters,
        answer: handlerWithTagsAnswer,
      },
      async ({ argument }) => {
        const handler = await handlerNamed(argument);
        const extra = handler.actions.flatMap(({ options }) => extraTagsIn(options));
        return { value: { ...handler, tags: withExtra([...describeTags(registry), ...describePathTags()], extra) } };
      },
    ),
    routeOf(
      {
        method: "GET",
        path: "tags",
        operation: "tags",
        right: "bindings:read",
        summary: "The tags that templates can contain.",
        parameters: z.strictObject({
          handlermodule: textParameter().optional(),
          action: textParameter()
            .optional()
            .describe("With handlermodule: includes the tags that only this action has."),
          event: textParameter().optional().describe("Includes tags for the parameters that this event describes."),
          position: choiceParameter(["pre", "post"]).optional(),
        }),
        answer: z.array(tagAnswer),
      },
      ({ parameters: { handlermodule, action, event, position } }) => {
        const paths = describePathTags().filter(({ name }) => position !== "pre" || name !== "response.");
        const described = event === undefined ? undefined : bookend.eventDescriptions.get(event)?.parameters;
        return {
          value: withExtra(
            [...describeTags(registry), ...paths, ...parameterTags(described)],
            extraTagsOf(handlermodule, action),
          ),
        };
      },
    ),
  ];

  /**
   * Returns the names of the tags that only this action has. Without an action, returns those of all actions of the
   * handler. The option schemas of the actions list these tags.
   */
  function extraTagsOf(handler: string | undefined, action: string | undefined): readonly string[] {
    if (handler === undefined) return [];
    if (!registry.handlers.has(handler)) throw notFoundError(`There is no handler module ${JSON.stringify(handler)}.`);
    const { actions } = registry.actionsOf(handler);
    if (action === undefined) return [...actions.values()].flatMap((each) => extraTagsIn(optionsJsonSchemaOf(each)));
    const found = actions.get(action);
    if (!found) throw notFoundError(`${JSON.stringify(handler)} has no action ${JSON.stringify(action)}.`);
    return extraTagsIn(optionsJsonSchemaOf(found));
  }
}

function handlerItem({ abortOnError, ...handler }: HandlerDescription) {
  return { ...handler, abort_on_error: abortOnError };
}

function withExtra(tags: readonly TagDescription[], extra: readonly string[]): readonly TagDescription[] {
  const known = new Set(tags.map(({ name }) => name));
  return [
    ...tags,
    ...[...new Set(extra)]
      .filter((name) => !known.has(name))
      .map((name) => ({ name, description: "A tag of this action.", secret: false })),
  ];
}

/** Returns the names in the keyword `x-tags`, at any depth of a schema. */
function extraTagsIn(schema: unknown): readonly string[] {
  const found: string[] = [];
  const open: unknown[] = [schema];
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    const tags = isRecord(value) ? value["x-tags"] : undefined;
    if (Array.isArray(tags)) found.push(...tags.filter((tag) => typeof tag === "string"));
    open.push(...Object.values(value));
  }
  return found;
}

/** Returns a tag for each parameter in the schema of an event's parameters. */
function parameterTags(schema: unknown): readonly TagDescription[] {
  if (!isRecord(schema) || !isRecord(schema.properties)) return [];
  return Object.entries(schema.properties).map(([name, property]) => ({
    name: `param.${name}`,
    description:
      isRecord(property) && typeof property.description === "string"
        ? property.description
        : `The parameter ${name} of the call.`,
    secret: isRecord(property) && (property.writeOnly === true || property["x-secret"] === true),
  }));
}
