import { defineAction, failed } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { noOptions } from "../options.js";

/** `remove all tokens`: removes all tokens from the container. */
export function removeAllTokens(containers: ContainerAdministration) {
  return defineAction({
    description: "Removes all tokens from the container.",
    options: noOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial, tokens }) => {
        if (tokens.length === 0) return failed("The container has no token.");
        await containers.removeTokens(serial);
        return undefined;
      }),
  });
}
