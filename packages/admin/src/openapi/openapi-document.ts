import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { components } from "../answers/component.js";
import type { RouteDescription } from "../route.js";

/** JSON Schema, or a part of the document. */
type Json = Record<string, unknown>;

/** Information about the server. */
export interface DocumentOptions {
  /** The base path of the routes, such as `/event`. */
  readonly basePath: string;
  /** The version of the API in the document. @default the version of this package */
  readonly version?: string | undefined;
}

/** Returns the OpenAPI 3.1 document of these routes, generated from their schemas. */
export function openApiDocument(
  routes: readonly RouteDescription[],
  { basePath, version = packageJson.version }: DocumentOptions,
): Json {
  const schemas: Json = { Error: errorSchema };
  const toSchema = (schema: z.ZodType, io: "input" | "output"): Json => {
    const { $schema, $defs, ...made } = z.toJSONSchema(schema, {
      io,
      metadata: components,
      unrepresentable: "any",
      reused: "inline",
      // zod reads only one registry, here `components`, but `describe` and `meta` store their values in its global
      // registry
      override: ({ zodSchema, jsonSchema }) => {
        const { description, format } = z.globalRegistry.get(zodSchema) ?? {};
        Object.assign(jsonSchema, description !== undefined && { description }, format !== undefined && { format });
      },
    }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) schemas[name] = relocated(definition);
    return relocated(made) as Json;
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/${route.path.replace(/<(\w+)>/g, "{$1}")}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route, toSchema);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Bookend management API",
      description: "Manages bindings of actions to API calls, and shows what they did.",
      version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    security: [{ authorization: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        authorization: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          description: "In the format that the host requires.",
        },
      },
    },
  };
}

/**
 * Returns a schema whose references point to the components of the document, where its definitions are moved: zod
 * writes definitions into each schema. Removes the ids that zod writes into definitions.
 */
function relocated(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(relocated);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== "id" || typeof (schema as Json).id !== "string")
      .map(([name, value]) => [
        name,
        name === "$ref" && typeof value === "string"
          ? value.replace("#/$defs/", "#/components/schemas/")
          : relocated(value),
      ]),
  );
}

type ToSchema = (schema: z.ZodType, io: "input" | "output") => Json;

function operationOf(route: RouteDescription, toSchema: ToSchema): Json {
  const { method, path, summary, right, conditional, media, answer } = route;
  const inQuery = method === "GET" || method === "DELETE";
  const parameters = [
    ...[...path.matchAll(/<(\w+)>/g)].map(([, name = ""]) => ({
      name,
      in: "path",
      required: true,
      schema: name === "id" ? { type: "integer", minimum: 0 } : { type: "string" },
    })),
    ...(inQuery ? queryParameters(route.parameters, toSchema) : []),
    ...(route.queryParameters ? queryParameters(route.queryParameters, toSchema) : []),
    ...(conditional
      ? [
          {
            name: "If-Match",
            in: "header",
            schema: { type: "string" },
            description: "The revision of the binding that the change is based on.",
          },
        ]
      : []),
  ];
  return {
    operationId: operationIdOf(route),
    summary,
    ...(right === undefined ? {} : { description: `Requires the right ${right}.`, "x-right": right }),
    ...(parameters.length > 0 && { parameters }),
    ...(!inQuery && { requestBody: bodyOf(route, toSchema) }),
    responses: {
      200: {
        description: "The response.",
        content: {
          [media ?? "application/json"]: {
            schema: media === undefined ? envelopeOf(route, toSchema) : toSchema(answer, "output"),
          },
        },
      },
      default: {
        description: "The request was refused, or an internal error occurred.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

/** Returns an id such as `get_id_history`. */
function operationIdOf({ method, path }: RouteDescription): string {
  const words = path
    .replace(/\.json$/, "")
    .split(/[/<>]+/)
    .filter((word) => word !== "");
  return [method.toLowerCase(), ...words].join("_");
}

function queryParameters(parameters: z.ZodType, toSchema: ToSchema): readonly Json[] {
  const { properties = {}, required = [] } = toSchema(parameters, "input") as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    ...(required.includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    ...(schema.type === "array" && { style: "form", explode: false }),
    schema,
  }));
}

function bodyOf({ parameters, formats }: RouteDescription, toSchema: ToSchema): Json {
  const schema = toSchema(parameters, "input");
  const required = Array.isArray(schema.required) && schema.required.length > 0;
  return {
    required,
    content: {
      "application/json": { schema },
      ...(formats === "documents"
        ? { "application/yaml": { schema: { type: "string" } }, "text/x-python": { schema: { type: "string" } } }
        : { "application/x-www-form-urlencoded": { schema } }),
    },
  };
}

function envelopeOf({ answer, detail }: RouteDescription, toSchema: ToSchema): Json {
  return {
    type: "object",
    properties: {
      ...envelope,
      result: {
        type: "object",
        properties: { status: { type: "boolean", const: true }, value: toSchema(answer, "output") },
        required: ["status", "value"],
        additionalProperties: false,
      },
      detail: detail ? toSchema(detail, "output") : { type: "object", additionalProperties: false },
    },
    required: [...Object.keys(envelope), "result", "detail"],
    additionalProperties: false,
  };
}

const envelope = {
  jsonrpc: { type: "string", const: "2.0" },
  id: { type: "integer" },
  time: { type: "number", description: "Unix time in seconds." },
  version: { type: "string" },
  versionnumber: { type: "string" },
} as const;

/** The schema of the response to a refused request. `detail.problems` lists the problems of a binding. */
const errorSchema = {
  type: "object",
  properties: {
    ...envelope,
    result: {
      type: "object",
      properties: {
        status: { type: "boolean", const: false },
        error: {
          type: "object",
          properties: { code: { type: "integer" }, message: { type: "string" } },
          required: ["code", "message"],
          additionalProperties: false,
        },
      },
      required: ["status", "error"],
      additionalProperties: false,
    },
    detail: {
      type: ["object", "null"],
      properties: {
        problems: { type: "array", items: { $ref: "#/components/schemas/Problem" } },
        omitted_problems: { type: "integer" },
      },
    },
  },
  required: [...Object.keys(envelope), "result", "detail"],
  additionalProperties: false,
} as const;
