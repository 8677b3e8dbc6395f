import type { z } from "zod";
import type { Result } from "./envelope.js";
import type { Fields } from "./fields.js";
import type { Feature, Operation } from "./options.js";
import { type ParameterSchema, readParameters } from "./read-parameters.js";
import type { Right } from "./rights.js";

/** The input of a route. */
export interface RouteInput {
  /** The value of the path's placeholder, such as `<id>` or `<module>`; empty if the path does not have one. */
  readonly argument: string;
  readonly query: Fields;
  readonly body: Fields;
  /** The parameters from query and body together. If both contain a parameter, that of the body is used. */
  readonly fields: Fields;
  /** The header `If-Match`. */
  readonly ifMatch: string | undefined;
  readonly request: Request;
  /** The second argument of `fetch`. */
  readonly context: unknown;
}

/** The description of a route, from which the OpenAPI document is generated. */
export interface RouteDescription {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path below the base path. `<id>` stands for an integer; other placeholders, such as `<module>`, for any name. */
  readonly path: string;
  readonly operation: Operation;
  /** The right that the route requires; undefined for routes that check rights themselves or are open to everyone. */
  readonly right: Right | undefined;
  /** One sentence that describes the route. */
  readonly summary: string;
  /** The feature that the host must provide. */
  readonly feature?: Feature | undefined;
  /** Parameters in the query of a GET or DELETE, or in the body of any other method. */
  readonly parameters: ParameterSchema;
  /** Parameters that may be in the query although the request has a body. */
  readonly queryParameters?: ParameterSchema | undefined;
  /** Schema of `result.value`, or of one line of a stream. */
  readonly answer: z.ZodType;
  /** Schema of `detail`. @default an empty object */
  readonly detail?: z.ZodType | undefined;
  /** The media type of a response that is not an envelope. */
  readonly media?: string | undefined;
  /** Whether the request may name the revision that it is based on, in `revision` or `If-Match`. */
  readonly conditional?: boolean | undefined;
  /** `documents`: the body may also be YAML or a Python literal. @default JSON or a form */
  readonly formats?: "documents" | undefined;
}

/** One method of one path. */
export interface Route extends RouteDescription {
  run(input: RouteInput): Promise<Result | Response> | Result | Response;
}

/** The input of a route whose parameters have been parsed by its schema. */
export interface ParsedInput<S extends ParameterSchema> extends Omit<RouteInput, "query" | "body" | "fields"> {
  readonly parameters: z.output<S>;
}

/** Returns a route whose parameters are parsed by its schema. Unknown parameters are refused. */
export function routeOf<S extends ParameterSchema>(
  description: RouteDescription & { readonly parameters: S },
  run: (input: ParsedInput<S>) => Promise<Result | Response> | Result | Response,
): Route {
  return {
    ...description,
    run({ query, body, fields, ...input }) {
      return run({ ...input, parameters: readParameters(description.parameters, fields) });
    },
  };
}
