import type { Actor } from "@bookend/core";

/** The person who did something, in the form of this API. */
export function actorItem({ username, realm, role }: Actor) {
  return { name: username, ...(realm !== "" && { realm }), ...(role !== undefined && { role }) };
}
