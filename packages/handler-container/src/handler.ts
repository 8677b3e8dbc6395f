import { defineHandler, type Handler } from "@bookend/core";
import { addContainerInfo } from "./actions/add-container-info.js";
import { addStates } from "./actions/add-states.js";
import { assign } from "./actions/assign.js";
import { create } from "./actions/create.js";
import { deleteContainer } from "./actions/delete-container.js";
import { deleteContainerInfo } from "./actions/delete-container-info.js";
import { disableAllTokens } from "./actions/disable-all-tokens.js";
import { enableAllTokens } from "./actions/enable-all-tokens.js";
import { removeAllTokens } from "./actions/remove-all-tokens.js";
import { setContainerInfo } from "./actions/set-container-info.js";
import { setDescription } from "./actions/set-description.js";
import { setStates } from "./actions/set-states.js";
import { unassign } from "./actions/unassign.js";
import { unregister } from "./actions/unregister.js";
import type { ContainerAdministration } from "./container-administration.js";

/** Options of `container`. */
export interface ContainerOptions {
  /** The host's containers. */
  readonly containers: ContainerAdministration;
}

/**
 * Creates and changes containers. The host needs `directories.containers`. Modeled on privacyIDEA's container handler.
 */
export function container({ containers }: ContainerOptions): Handler {
  return defineHandler({
    id: "Container",
    description: "Creates and changes token containers.",
    positions: ["pre", "post"],
    actions: {
      create: create(containers),
      delete: deleteContainer(containers),
      unassign: unassign(containers),
      assign: assign(containers),
      "set states": setStates(containers),
      "add states": addStates(containers),
      "set description": setDescription(containers),
      "remove all tokens": removeAllTokens(containers),
      "set container info": setContainerInfo(containers),
      "add container info": addContainerInfo(containers),
      "delete container info": deleteContainerInfo(containers),
      "enable all tokens": enableAllTokens(containers),
      "disable all tokens": disableAllTokens(containers),
      unregister: unregister(containers),
    },
  });
}
