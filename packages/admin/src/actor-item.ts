import type { Actor } from "@bookend/core";

/** Who did something, as this API shows it. */
export function actorItem({ username, realm, role }: Actor) {
  return { name: username, ...(realm !== "" && { realm }), ...(role !== undefined && { role }) };
}
