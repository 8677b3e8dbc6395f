import type { Condition } from "../condition.js";

/** Every base condition. */
export const baseConditions: readonly Condition[] = [];
