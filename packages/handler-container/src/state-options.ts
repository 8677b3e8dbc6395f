import { flag, withDefault } from "@bookend/zod";
import { z } from "zod";
import { type ContainerState, containerStates } from "./container-administration.js";

const excludes: Readonly<Record<ContainerState, readonly ContainerState[]>> = {
  active: ["disabled"],
  disabled: ["active"],
  lost: [],
  damaged: [],
};

const state = (name: ContainerState) => withDefault(flag(), false).describe(`The state ${name}. Default: no.`);

/** One boolean option for each state, parsed into the list of those that are true. */
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
    error: `must be true, or another state: ${containerStates.join(", ")}`,
  })
  .refine((states) => !states.some((name) => excluded([name]).some((other) => states.includes(other))), {
    path: ["disabled"],
    error: "cannot be true together with active",
  });

/** The states that a container with these cannot have. */
export function excluded(states: readonly ContainerState[]): readonly ContainerState[] {
  return states.flatMap((name) => excludes[name]);
}
