import { defineAction } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { noOptions } from "../options.js";

/** `delete`: deletes the container; its tokens are kept. */
export function deleteContainer(containers: ContainerAdministration) {
  return defineAction({
    description: "Deletes the container; its tokens are kept.",
    options: noOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        await containers.delete(serial);
      }),
  });
}
