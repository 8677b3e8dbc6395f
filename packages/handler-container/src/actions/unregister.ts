import { defineAction, failed } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { noOptions } from "../options.js";

/** `unregister`: ends the registration of the container with a device. */
export function unregister(containers: ContainerAdministration) {
  return defineAction({
    description: "Ends the registration of the container with a device.",
    options: noOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) =>
        (await containers.unregister(serial)) ? undefined : failed("The container is not registered."),
      ),
  });
}
