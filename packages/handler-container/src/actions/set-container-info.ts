import { type ActionCheckContext, defineAction, secretTagProblems } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { type InfoOptions, infoOptions } from "../options.js";

/** `set container info`: replaces all info of the container with one field. */
export function setContainerInfo(containers: ContainerAdministration) {
  return defineAction({
    description: "Replaces all info of the container with one field.",
    options: infoOptions,
    changes: ["containers"],
    check: (context: ActionCheckContext<InfoOptions>) =>
      secretTagProblems("value", context.options.value.template, "anyone who sees the container could read it"),
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        const { key, value } = context.options;
        await containers.setInfo(
          serial,
          key,
          await context.render(value.template, { values: value.times(context.facts) }),
        );
      }),
  });
}
