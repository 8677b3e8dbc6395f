import { defineAction, failed } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { noOptions } from "../options.js";

/** `unassign`: unassigns the container from all its users. */
export function unassign(containers: ContainerAdministration) {
  return defineAction({
    description: "Unassigns the container from all its users.",
    options: noOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial, owners }) => {
        if (owners.length === 0) return failed("The container has no user.");
        await containers.unassign(serial);
        return undefined;
      }),
  });
}
