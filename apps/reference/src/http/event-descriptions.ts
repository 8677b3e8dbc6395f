import type { EventDescription } from "@bookend/core";

/**
 * Events that create or delete objects. `check` warns about a condition on such an object in a binding that runs before
 * the object is created, or after it is deleted.
 */
export const eventDescriptions: readonly EventDescription[] = [
  { name: "token_init", creates: ["tokens"] },
  { name: "token_load", creates: ["tokens"] },
  { name: "token_delete", removes: ["tokens"] },
  { name: "container_init", creates: ["containers"] },
  { name: "container_delete", removes: ["containers"] },
  { name: "user_add", creates: ["users"] },
  { name: "user_delete", removes: ["users"] },
  { name: "validate_triggerchallenge", creates: ["challenges"] },
];
