import { queryOptions } from "@tanstack/react-query";
import { call } from "./http.ts";

/** JSON Schema, with this project's keywords. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly "x-choices"?: readonly unknown[];
  readonly "x-choices-problem"?: string;
  readonly "x-visible-if"?: { readonly option: string; readonly value?: unknown };
  readonly "x-secret"?: boolean | string;
  readonly "x-widget"?: string;
  readonly "x-tags"?: readonly string[];
  readonly "x-allowed"?: string;
  readonly "x-group"?: string;
  readonly "x-help"?: string;
}

/** An action as the form needs it. */
export interface ActionDescription {
  readonly name: string;
  readonly description: string;
  readonly positions: readonly string[];
  readonly options: Schema;
}

/** A condition as the form needs it. */
export interface ConditionDescription {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly widget: string;
  readonly allowed: string;
  readonly positions: readonly string[];
  readonly value: Schema;
}

/** A handler module as the form needs it. */
export interface HandlerDescription {
  readonly id: string;
  readonly description: string;
  readonly positions: readonly string[];
  readonly abort_on_error: boolean;
  readonly actions: readonly ActionDescription[];
  readonly conditions: readonly ConditionDescription[];
}

/** A tag that templates may have. */
export interface TagDescription {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  readonly example?: string;
  /** Whether `name` is only the beginning of tags, such as `param.`. */
  readonly path?: boolean;
}

/** The events, handlers and tags that the form of a binding offers. */
export interface Descriptions {
  readonly events: readonly { readonly name: string; readonly description?: string }[];
  readonly handlers: readonly HandlerDescription[];
  readonly tags: readonly TagDescription[];
}

/** Reads the events, handlers and tags that the form of a binding offers. */
export const descriptionsQuery = queryOptions({
  queryKey: ["describe"],
  queryFn: async ({ signal }) => (await call<Descriptions>("GET", "/describe", { signal })).value,
  staleTime: 60_000,
});
