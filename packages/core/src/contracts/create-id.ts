import { v7 } from "uuid";

/**
 * Returns a new id for a call, an audit entry or a delivery: a UUID of version 7, which begins with the time. A
 * database can therefore add new ids at the end of an index, instead of all over it.
 */
export function createId(): string {
  return v7();
}
