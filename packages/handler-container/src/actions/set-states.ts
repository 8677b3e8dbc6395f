import { defineAction } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { stateOptions } from "../options.js";

/** `set states`: replaces the states of the container. */
export function setStates(containers: ContainerAdministration) {
  return defineAction({
    description: "Replaces the states of the container.",
    options: stateOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        await containers.setStates(serial, context.options);
      }),
  });
}
