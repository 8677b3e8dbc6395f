/** All rights. Almost every request needs one of them; the host grants them by name, in `authorize`. */
export const rights = [
  "bindings:read",
  "bindings:write",
  "audit:read",
  "calls:read",
  "calls:explain",
  "deliveries:read",
  "deliveries:replay",
  "deliveries:cancel",
] as const;

/** The name of a right. */
export type Right = (typeof rights)[number];

/** A group of rights. `explain` exposes what callers send and what directories contain. */
export type Permission = "read" | "write" | "explain";

const permissions: Readonly<Record<Right, Permission>> = {
  "bindings:read": "read",
  "bindings:write": "write",
  "audit:read": "explain",
  "calls:read": "explain",
  "calls:explain": "explain",
  "deliveries:read": "explain",
  "deliveries:replay": "write",
  "deliveries:cancel": "write",
};

/** Returns the permission that a right belongs to. */
export function permissionOf(right: Right): Permission {
  return permissions[right];
}
