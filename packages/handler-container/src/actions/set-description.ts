import { type ActionCheckContext, type ActionContext, defineAction, secretTagProblems } from "@bookend/core";
import { template } from "@bookend/zod";
import { z } from "zod";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";

/** Options of `set description`. */
const options = z.strictObject({ description: template().describe("Description of the container.") });

type DescriptionOptions = z.output<typeof options>;

/** `set description`: describes the container anew. */
export function setDescription(containers: ContainerAdministration) {
  return defineAction({
    description: "Sets the description of the container.",
    options,
    changes: ["containers"],
    check: (context: ActionCheckContext<DescriptionOptions>) =>
      secretTagProblems("description", context.options.description, "whoever sees the container could read it"),
    run: (context: ActionContext<DescriptionOptions>) =>
      changeContainer(context, async ({ serial }) => {
        await containers.setDescription(serial, await context.render(context.options.description));
      }),
  });
}
