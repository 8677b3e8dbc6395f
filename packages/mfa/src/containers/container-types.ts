import { invalidValue } from "../errors/invalid-value.js";
import type { ContainerTypeInfo } from "./types.js";

/** Behavior that differs between container types. */
export interface ContainerType extends ContainerTypeInfo {
  readonly serialPrefix: string;
  /** Whether a device can register with a key pair. */
  readonly registers: boolean;
}

/** All container types. */
export const containerTypes: readonly ContainerType[] = [
  { type: "generic", serialPrefix: "CONT", registers: false, description: "Tokens of any kind" },
  { type: "smartphone", serialPrefix: "SMPH", registers: true, description: "A smartphone with an authenticator app" },
  { type: "yubikey", serialPrefix: "YUBI", registers: false, description: "A YubiKey" },
];

/**
 * Returns the container type with this name.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function containerType(name: string): ContainerType {
  const found = containerTypes.find(({ type }) => type === name.toLowerCase());
  if (found === undefined) {
    throw invalidValue("type", name, containerTypes.map(({ type }) => type).join(", "));
  }
  return found;
}
