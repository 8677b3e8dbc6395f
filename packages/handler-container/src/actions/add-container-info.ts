import { type ActionCheckContext, defineAction, secretTagProblems } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { type InfoOptions, infoOptions } from "../options.js";

/** `add container info`: adds a field to the info of the container, or overwrites it. */
export function addContainerInfo(containers: ContainerAdministration) {
  return defineAction({
    description: "Adds a field to the info of the container, or overwrites it.",
    options: infoOptions,
    changes: ["containers"],
    check: (context: ActionCheckContext<InfoOptions>) =>
      secretTagProblems("value", context.options.value.template, "anyone who sees the container could read it"),
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        const { key, value } = context.options;
        await containers.addInfo(
          serial,
          key,
          await context.render(value.template, { values: value.times(context.facts) }),
        );
      }),
  });
}
