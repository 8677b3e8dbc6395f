import { defineAction } from "@bookend/core";
import { z } from "zod";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";

/** `delete`: deletes the container; its tokens stay. */
export function deleteContainer(containers: ContainerAdministration) {
  return defineAction({
    description: "Deletes the container; its tokens stay.",
    options: z.strictObject({}),
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        await containers.delete(serial);
      }),
  });
}
