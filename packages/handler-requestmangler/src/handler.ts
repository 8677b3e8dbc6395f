import { defineHandler, type Handler } from "@bookend/core";
import { deleteParameter } from "./actions/delete-parameter.js";
import { setParameter } from "./actions/set-parameter.js";

/** Changes the parameters of a request before the call is processed. Modeled on privacyIDEA's request mangler. */
export function requestMangler(): Handler {
  return defineHandler({
    id: "RequestMangler",
    description: "Changes the parameters of a request.",
    positions: ["pre", "post"],
    actions: { delete: deleteParameter, set: setParameter },
  });
}
