import { defineAction } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { excluded, stateOptions } from "../options.js";

/** `add states`: adds states to the container, and removes those that they exclude. */
export function addStates(containers: ContainerAdministration) {
  return defineAction({
    description: "Adds states to the container; active and disabled replace each other.",
    options: stateOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        await containers.changeStates(serial, { add: context.options, remove: excluded(context.options) });
      }),
  });
}
