import { defineAction, skipped } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { deleteContainerInfoOptions } from "../options.js";

/** `delete container info`: deletes one or all info fields of the container. */
export function deleteContainerInfo(containers: ContainerAdministration) {
  return defineAction({
    description: "Deletes one or all info fields of the container.",
    options: deleteContainerInfoOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) =>
        (await containers.deleteInfo(serial, context.options.key)) ? undefined : skipped("There is no such field."),
      ),
  });
}
