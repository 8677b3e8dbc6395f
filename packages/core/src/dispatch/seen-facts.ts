import type { Condition } from "../definitions/condition.js";
import type { Facts } from "../facts/facts.js";

/** Receives the values that conditions see. */
export interface SeenFacts {
  saw(key: string, seen: unknown): void;
}

const followed = new WeakMap<Facts, SeenFacts>();
let isFollowing = false;

/** Reports to `seen` the values that conditions see in these facts. */
export function followFacts(facts: Facts, seen: SeenFacts): void {
  isFollowing = true;
  followed.set(facts, seen);
}

/**
 * Reports a value that a condition sees to the follower of the facts, if there is one. Called for each condition, so it
 * must cost nothing without followers.
 */
export function noteSeen(
  facts: Facts,
  definition: Condition,
  value: unknown,
  configured: unknown,
  seen: unknown,
): void {
  if (!isFollowing) return;
  const follower = followed.get(facts);
  if (follower === undefined || readsCallAlone(definition)) return;
  const key = factKey(definition, value, configured);
  if (key !== undefined) follower.saw(key, seen);
}

/**
 * Returns whether a condition declares the fields of the call that it reads. Its values are then not recorded
 * separately: they follow from the recorded state, in which secrets are masked.
 */
export function readsCallAlone(definition: Condition): boolean {
  return definition.reads !== undefined;
}

/**
 * Returns a key for the value that a condition sees, the same for all configured values with which it sees the same
 * value; undefined if there is none.
 */
export function factKey(definition: Condition, value: unknown, configured: unknown): string | undefined {
  const { name, index, actual } = definition;
  if (index && !("fieldOf" in index)) return name;
  if (!index && actual.length < 2) return name;
  try {
    const field = index?.fieldOf(value);
    if (typeof field === "string") return `${name} ${field}`;
  } catch {
    // the key then contains the complete configured value
  }
  return configured === undefined ? undefined : `${name}=${JSON.stringify(configured)}`;
}
