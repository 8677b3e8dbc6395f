import type { MaybePromise, UserRef } from "@bookend/core";

/** Types of containers. */
export const containerTypes = ["generic", "smartphone", "yubikey"] as const;

/** A type of a container. */
export type ContainerType = (typeof containerTypes)[number];

/** States of containers. A container has several, but `active` and `disabled` exclude each other. */
export const containerStates = ["active", "disabled", "lost", "damaged"] as const;

/** A state of a container. */
export type ContainerState = (typeof containerStates)[number];

/** A container to create. */
export interface NewContainer {
  readonly type: ContainerType;
  /** Empty if none is given. */
  readonly description: string;
  /** Who it is assigned to. */
  readonly user?: (UserRef & { readonly resolver: string }) | undefined;
  /** Serials of the tokens that are put into it. */
  readonly tokens: readonly string[];
}

/**
 * The host's containers, as its actions change them. Containers are found through `directories.containers`, so each serial
 * named here was there a moment ago. A method rejects if it cannot do what it should; what is not documented as an answer is ignored.
 */
export interface ContainerAdministration {
  /** Creates a container, wholly or not at all. */
  create(container: NewContainer): MaybePromise<{ readonly serial: string }>;
  /** Deletes the container; its tokens are kept. */
  delete(serial: string): MaybePromise<unknown>;
  /** Takes it from all its users. */
  unassign(serial: string): MaybePromise<unknown>;
  /** One that is assigned to the user already stays as it is. */
  assign(serial: string, user: UserRef & { readonly resolver: string }): MaybePromise<unknown>;
  /** Replaces all states by these. */
  setStates(serial: string, states: readonly ContainerState[]): MaybePromise<unknown>;
  /** Adds states and removes others in one step; states in neither list stay. */
  changeStates(
    serial: string,
    states: { readonly add: readonly ContainerState[]; readonly remove: readonly ContainerState[] },
  ): MaybePromise<unknown>;
  setDescription(serial: string, description: string): MaybePromise<unknown>;
  /** Takes all tokens out of it; they stay. */
  removeTokens(serial: string): MaybePromise<unknown>;
  /** Replaces all info by this field, but what the host keeps there for itself, such as a registration. */
  setInfo(serial: string, key: string, value: string): MaybePromise<unknown>;
  /** Adds or overwrites a field; the others stay. */
  addInfo(serial: string, key: string, value: string): MaybePromise<unknown>;
  /** Deletes a field; without a key all, but what the host keeps there for itself. False when there was none. */
  deleteInfo(serial: string, key?: string): MaybePromise<boolean>;
  /** Enables each of its tokens. */
  enableTokens(serial: string): MaybePromise<unknown>;
  /** Disables each of its tokens. */
  disableTokens(serial: string): MaybePromise<unknown>;
  /** Ends the registration of the container with a device. False if it is not registered. */
  unregister(serial: string): MaybePromise<boolean>;
}
