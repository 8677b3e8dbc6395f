import { defineAction, failed } from "@bookend/core";
import { changeContainer } from "../change-container.js";
import type { ContainerAdministration } from "../container-administration.js";
import { noOptions } from "../options.js";
import { userOfCall } from "../user-of-call.js";

/** `assign`: assigns the container to the user of the call, or always to the logged-in user if there is one. */
export function assign(containers: ContainerAdministration) {
  return defineAction({
    description: "Assigns the container to the user of the call.",
    options: noOptions,
    changes: ["containers"],
    run: (context) =>
      changeContainer(context, async ({ serial }) => {
        const user = await userOfCall(context);
        if (!user) return failed("The call has no user.");
        await containers.assign(serial, user);
        return undefined;
      }),
  });
}
