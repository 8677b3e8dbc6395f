import type { Actor } from "@bookend/core";

/** Returns the person who made a change or a request, in the format of this API. */
export function actorItem({ username, realm, role }: Actor) {
  return { name: username, ...(realm !== "" && { realm }), ...(role !== undefined && { role }) };
}
