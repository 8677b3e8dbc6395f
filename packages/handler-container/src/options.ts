import { choice, flag, optional, template, text, timedTemplate, withDefault } from "@bookend/zod";
import { z } from "zod";
import { type ContainerState, containerStates, containerTypes } from "./container-administration.js";

/** Options of the actions that have none. */
export const noOptions = z.strictObject({});

/** Options of `create`. */
export const createOptions = z.strictObject({
  type: choice(containerTypes).describe("Type of the container."),
  description: withDefault(template({ minLength: 0 }), "").describe("Description of the container."),
  user: withDefault(flag(), false).describe("Whether the container is assigned to the user of the call. Default: no."),
  token: withDefault(flag(), false).describe("Whether the token of the call is added to the container. Default: no."),
});

/** Parsed options of `create`. */
export type CreateOptions = z.output<typeof createOptions>;

/** Options of `set description`. */
export const setDescriptionOptions = z.strictObject({
  description: template().describe("Description of the container."),
});

/** Parsed options of `set description`. */
export type SetDescriptionOptions = z.output<typeof setDescriptionOptions>;

/** The name of an info field; not a template. */
const infoKey = text({ maxLength: 255 }).refine((key) => !["__proto__", "constructor", "prototype"].includes(key), {
  error: "must be a name of 1 to 255 characters other than __proto__, constructor, prototype",
});

/** Options of `set container info` and `add container info`. */
export const infoOptions = z.strictObject({
  key: infoKey.describe("Name of the field."),
  value: withDefault(timedTemplate(), "").describe(
    "Value of the field. {now} and {current_time} are the time of the call, optionally with an offset: {now} - 12d, {now}+2w.",
  ),
});

/** Parsed options of `set container info` and `add container info`. */
export type InfoOptions = z.output<typeof infoOptions>;

/** Options of `delete container info`. */
export const deleteContainerInfoOptions = z.strictObject({
  key: optional(infoKey).describe("Name of the field. If empty, all fields are deleted."),
});

const excludes: Readonly<Record<ContainerState, readonly ContainerState[]>> = {
  active: ["disabled"],
  disabled: ["active"],
  lost: [],
  damaged: [],
};

const state = (name: ContainerState) => withDefault(flag(), false).describe(`The state ${name}. Default: no.`);

/** A boolean option for each state, parsed into the list of states that are true. */
export const stateOptions = z
  .strictObject({
    active: state("active"),
    disabled: state("disabled"),
    lost: state("lost"),
    damaged: state("damaged"),
  })
  .transform((given) => containerStates.filter((name) => given[name]))
  .refine((states) => states.length > 0, {
    path: ["active"],
    error: `must be true unless another state is true: ${containerStates.filter((name) => name !== "active").join(", ")}`,
  })
  .refine((states) => !states.some((name) => excluded([name]).some((other) => states.includes(other))), {
    path: ["disabled"],
    error: "cannot be true together with active",
  });

/** Returns the states that these states exclude. */
export function excluded(states: readonly ContainerState[]): readonly ContainerState[] {
  return states.flatMap((name) => excludes[name]);
}
