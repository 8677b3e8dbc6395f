import type { EventDescription } from "@bookend/core";

/** Events that make objects or delete them: `check` warns about conditions at the end where they are not there. */
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
