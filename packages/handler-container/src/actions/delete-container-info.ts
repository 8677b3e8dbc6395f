import { defineAction, skipped } from "@bookend/core";
import { optional } from "@bookend/zod";
import { z } from "zod";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { infoKey } from "../info-options.js";

/** Options of `delete container info`. */
const options = z.strictObject({ key: optional(infoKey).describe("Name of the field. None: all fields.") });

/** `delete container info`: deletes a field of the container's info, or all. */
export function deleteContainerInfo(containers: ContainerAdministration) {
  return defineAction({
    description: "Deletes a field of the container's info, or all.",
    options,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) =>
        (await containers.deleteInfo(serial, context.options.key)) ? undefined : skipped("There is no such field."),
      ),
  });
}
