import { defineAction, failed } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { noOptions } from "../options.js";

/** `disable all tokens`: disables all tokens of the container. */
export function disableAllTokens(containers: ContainerAdministration) {
  return defineAction({
    description: "Disables all tokens of the container.",
    options: noOptions,
    changes: ["tokens"],
    run: (context) =>
      changeContainer(context, async ({ serial, tokens }) => {
        if (tokens.length === 0) return failed("The container has no token.");
        await containers.disableTokens(serial);
        return undefined;
      }),
  });
}
