import type { z } from "zod";
import type { Result } from "./envelope.js";
import type { Fields } from "./fields.js";
import type { Feature, Operation } from "./options.js";
import { type ParameterSchema, readParameters } from "./read-parameters.js";
import type { Right } from "./rights.js";

/** Input of a route. */
export interface RouteInput {
  /** The value in the path for `<id>`, `<module>` or `<name>`; else empty. */
  readonly argument: string;
  readonly query: Fields;
  readonly body: Fields;
  /** Query and body together. */
  readonly fields: Fields;
  /** The header `If-Match`. */
  readonly ifMatch: string | undefined;
  readonly request: Request;
  /** The second argument of `fetch`. */
  readonly context: unknown;
}

/** The description of a route, from which the OpenAPI document is made. */
export interface RouteDescription {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base path; `<id>` stands for an integer, `<module>`, `<name>` and `<key>` for any name. */
  readonly path: string;
  readonly operation: Operation;
  /** Undefined: of the API itself, and nobody is asked. */
  readonly right: Right | undefined;
  /** A sentence. */
  readonly summary: string;
  /** The feature that the host must provide. */
  readonly feature?: Feature | undefined;
  /** Those in the query of a GET or DELETE, and in the body of any other. */
  readonly parameters: ParameterSchema;
  /** Those that may be in the query although there is a body. */
  readonly queryParameters?: ParameterSchema | undefined;
  /** `result.value`; of a stream, one of its lines. */
  readonly answer: z.ZodType;
  /** `detail`. @default an empty object */
  readonly detail?: z.ZodType | undefined;
  /** The media type of an answer that is not an envelope. */
  readonly media?: string | undefined;
  /** Whether `revision` or `If-Match` may name the revision of the binding. */
  readonly conditional?: boolean | undefined;
  /** The allowed types of its body. @default parameters, as JSON or a form */
  readonly formats?: "documents" | undefined;
}

/** One method of one path. */
export interface Route extends RouteDescription {
  run(input: RouteInput): Promise<Result | Response> | Result | Response;
}

/** Input of a route with parameters. */
export interface ParsedInput<S extends ParameterSchema> extends Omit<RouteInput, "query" | "body" | "fields"> {
  readonly parameters: z.output<S>;
}

/** A route that is given its parameters as its schema reads them. Parameters that the schema does not have are refused. */
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
