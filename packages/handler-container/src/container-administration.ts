import type { MaybePromise, UserRef } from "@bookend/core";

/** The types of containers. */
export const containerTypes = ["generic", "smartphone", "yubikey"] as const;

/** The type of a container. */
export type ContainerType = (typeof containerTypes)[number];

/** The states of containers. A container can have several, but `active` and `disabled` exclude each other. */
export const containerStates = ["active", "disabled", "lost", "damaged"] as const;

/** One state of a container. */
export type ContainerState = (typeof containerStates)[number];

/** A container to create. */
export interface NewContainer {
  readonly type: ContainerType;
  /** The description; may be empty. */
  readonly description: string;
  /** The user to whom the container is assigned. */
  readonly user?: (UserRef & { readonly resolver: string }) | undefined;
  /** Serials of the tokens that are added to the container. */
  readonly tokens: readonly string[];
}

/**
 * Changes the host's containers. Containers are found through `directories.containers`, so a serial exists unless it
 * was deleted in the meantime. A method rejects if it fails; return values are ignored unless they are documented.
 */
export interface ContainerAdministration {
  /** Creates a container, either completely or not at all. */
  create(container: NewContainer): MaybePromise<{ readonly serial: string }>;
  /** Deletes the container; its tokens are kept. */
  delete(serial: string): MaybePromise<unknown>;
  /** Unassigns the container from all its users. */
  unassign(serial: string): MaybePromise<unknown>;
  /** Does nothing if the container is already assigned to the user. */
  assign(serial: string, user: UserRef & { readonly resolver: string }): MaybePromise<unknown>;
  /** Replaces all states with these. */
  setStates(serial: string, states: readonly ContainerState[]): MaybePromise<unknown>;
  /** Adds states and removes others in one step. States in neither list are kept. */
  changeStates(
    serial: string,
    states: { readonly add: readonly ContainerState[]; readonly remove: readonly ContainerState[] },
  ): MaybePromise<unknown>;
  setDescription(serial: string, description: string): MaybePromise<unknown>;
  /** Removes all tokens from the container without deleting them. */
  removeTokens(serial: string): MaybePromise<unknown>;
  /**
   * Replaces all info with this field, except for fields that the host keeps for its own use, such as a registration.
   */
  setInfo(serial: string, key: string, value: string): MaybePromise<unknown>;
  /** Adds or overwrites a field. Other fields are kept. */
  addInfo(serial: string, key: string, value: string): MaybePromise<unknown>;
  /**
   * Deletes a field or, without a key, all fields except those that the host keeps for its own use. Returns whether
   * anything was deleted.
   */
  deleteInfo(serial: string, key?: string): MaybePromise<boolean>;
  /** Enables all tokens of the container. */
  enableTokens(serial: string): MaybePromise<unknown>;
  /** Disables all tokens of the container. */
  disableTokens(serial: string): MaybePromise<unknown>;
  /** Ends the registration of the container with a device. Returns false if it is not registered. */
  unregister(serial: string): MaybePromise<boolean>;
}
