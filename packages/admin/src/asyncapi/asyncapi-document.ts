import { type Binding, type Bookend, type EventDescription, type JsonSchema, optionsJsonSchemaOf } from "@bookend/core";
import packageJson from "../../package.json" with { type: "json" };
import { itemOf } from "../binding-item.js";
import { isRecord } from "../fields.js";

/** A part of the document. */
type Json = Record<string, unknown>;

/**
 * Returns the AsyncAPI 3.0 document of a host: a channel for each event that its calls raise, and one for each active
 * binding that posts to a URL. Secrets of those URLs are `***`.
 */
export async function asyncApiDocument(bookend: Bookend): Promise<Json> {
  const channels: Json = {};
  const operations: Json = {};
  const add = (id: string, channel: Json, summary: string) => {
    channels[id] = channel;
    operations[`send_${id}`] = { action: "send", channel: { $ref: `#/channels/${id}` }, summary };
  };
  for (const name of [...bookend.events].sort()) {
    add(keyOf("event", name), eventChannel(name, bookend.eventDescriptions.get(name)), `A call raises ${name}.`);
  }
  for (const binding of await bookend.bindings.list()) {
    const webhook = binding.active ? webhookChannel(binding, bookend) : undefined;
    if (webhook) add(`webhook_${binding.id}`, webhook, `The binding ${JSON.stringify(binding.name)} posts a webhook.`);
  }
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Bookend events and webhooks",
      version: packageJson.version,
      description: "The events that calls to this server raise, and the webhooks that its bindings post.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    channels,
    operations,
  };
}

/**
 * Converts the name of an event to a channel key. Keys may contain letters, digits, `_` and `-`; other characters are
 * escaped, so that different names have different keys.
 */
function keyOf(kind: string, name: string): string {
  const escaped = name.replace(/[^A-Za-z0-9-]/gu, (character) =>
    character === "_" ? "_" : `_x${character.codePointAt(0)?.toString(16)}_`,
  );
  return `${kind}_${escaped}`;
}

function eventChannel(name: string, { description, parameters, response }: Partial<EventDescription> = {}): Json {
  return {
    address: name,
    ...(description !== undefined && { description }),
    messages: {
      call: {
        name,
        summary: "A call as conditions and tags see it. At pre it has no response.",
        payload: {
          schemaFormat: "application/schema+json;version=draft-2020-12",
          schema: {
            type: "object",
            properties: {
              parameters: ownSchema(parameters, `${encodeURIComponent(name)}:parameters`),
              response: ownSchema(response, `${encodeURIComponent(name)}:response`),
            },
            required: ["parameters"],
          },
        },
      },
    },
  };
}

/** Returns a schema of the host with an `$id`, so that its references resolve within the schema, not in the document. */
function ownSchema(schema: JsonSchema | undefined, id: string): unknown {
  if (schema === undefined) return {};
  const { $schema: _, ...rest } = schema;
  return { $id: `urn:bookend:${id}`, ...rest };
}

/** Describes the channel of a webhook. Undefined for a binding without a URL among its options. */
function webhookChannel(binding: Binding, { registry }: Bookend): Json | undefined {
  const action = registry.action(binding.handler, binding.action);
  const { properties } = action ? optionsJsonSchemaOf(action) : {};
  const urls = Object.entries(isRecord(properties) ? properties : {}).filter(
    ([, schema]) => isRecord(schema) && schema["x-secret"] === "url",
  );
  const { options } = itemOf(binding, registry);
  const address = urls.map(([name]) => options[name]).find((value) => typeof value === "string");
  if (address === undefined) return undefined;
  const { content_type: contentType } = options;
  return {
    address,
    description: `Posted at ${binding.position} of ${binding.events.join(", ")} by ${binding.handler}:${binding.action}.`,
    messages: {
      webhook: {
        name: binding.name,
        ...(typeof contentType === "string" && contentType.includes("/") && { contentType }),
        headers: {
          type: "object",
          properties: {
            "webhook-id": { type: "string", description: "The same for every attempt." },
            "webhook-timestamp": { type: "string", description: "Unix time in seconds." },
            "webhook-signature": {
              type: "string",
              description: "The signature according to Standard Webhooks, if this server signs webhooks.",
            },
          },
        },
        payload: {},
      },
    },
  };
}
