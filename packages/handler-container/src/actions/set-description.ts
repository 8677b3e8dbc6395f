import { type ActionCheckContext, defineAction, secretTagProblems } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { type SetDescriptionOptions, setDescriptionOptions } from "../options.js";

/** `set description`: replaces the description of the container. */
export function setDescription(containers: ContainerAdministration) {
  return defineAction({
    description: "Sets the description of the container.",
    options: setDescriptionOptions,
    changes: ["containers"],
    check: (context: ActionCheckContext<SetDescriptionOptions>) =>
      secretTagProblems("description", context.options.description, "anyone who sees the container could read it"),
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        await containers.setDescription(serial, await context.render(context.options.description));
      }),
  });
}
