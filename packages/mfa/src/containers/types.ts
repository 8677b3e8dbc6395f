import type { Container, UserRef } from "@bookend/core";
import type { EnrolmentCode } from "../tokens/types.js";

/** A container as administrators see it. */
export interface ContainerRecord extends Container {
  readonly id: number;
  readonly owners: readonly (UserRef & { readonly resolver: string; readonly uid: string })[];
}

/** A container type, for forms. */
export interface ContainerTypeInfo {
  readonly type: string;
  readonly description: string;
}

/** A new container. */
export interface NewContainer {
  readonly type: string;
  /** @default the type's prefix and eight digits */
  readonly serial?: string | undefined;
  readonly description?: string | undefined;
  /** The user who becomes the owner. */
  readonly user?: UserRef | undefined;
  /** Realms, in addition to the owner's. */
  readonly realms?: readonly string[] | undefined;
  /** Serials of tokens to move into the container. */
  readonly tokens?: readonly string[] | undefined;
}

/**
 * The filter of a list of containers. `*` is a wildcard in every string but `infoKey`. Letter case is ignored, except
 * in `infoKey` and, without a wildcard, in `resolver` and `userId`. A list is comma-separated and matches any of its
 * entries.
 */
export interface ContainerFilter {
  readonly serial?: string | undefined;
  /** Types of which the container has one; a list. */
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  /** One of the owners. A user who does not exist has no containers. */
  readonly user?: UserRef | undefined;
  /** ID of an owner in their resolver. */
  readonly userId?: string | undefined;
  /** Resolver of an owner. */
  readonly resolver?: string | undefined;
  /** Whether the container has an owner. */
  readonly assigned?: boolean | undefined;
  /** Realms of which the container has at least one; a list. */
  readonly realm?: string | undefined;
  /** States of which the container has at least one; a list. */
  readonly state?: string | undefined;
  /** Serial of a token in the container. */
  readonly tokenSerial?: string | undefined;
  readonly infoKey?: string | undefined;
  /** Value of the field `infoKey`, or of any field if that is absent. */
  readonly infoValue?: string | undefined;
}

/** A page of a list of containers. */
export interface ContainerPage {
  /** The number of containers that match the filter. */
  readonly count: number;
  readonly containers: readonly ContainerRecord[];
  /** Number of this page, from 1. */
  readonly current: number;
  readonly previous: number | null;
  readonly next: number | null;
}

/** Columns that a list of containers can be sorted by. */
export type ContainerSort = "serial" | "type" | "description" | "lastAuthentication" | "lastSynchronization";

/**
 * The `value` of `POST /container/register/initialize`, with the URL that the owner's smartphone scans. `nonce`, which
 * the URL also contains, is a secret.
 */
export interface RegistrationOffer {
  readonly container_serial: string;
  readonly container_url: EnrolmentCode;
  readonly nonce: string;
  readonly time_stamp: string;
  readonly key_algorithm: string;
  readonly hash_algorithm: string;
  /** Minutes until the registration closes. */
  readonly ttl: number;
  readonly server_url: string;
}

/** The response of a smartphone; see `ContainerRegistration.finalize`. */
export interface RegistrationAnswer {
  /** ECDSA key on secp384r1, SPKI in PEM. */
  readonly publicKey: string;
  /** DER in base64 or base64url. */
  readonly signature: string;
  readonly deviceBrand?: string | undefined;
  readonly deviceModel?: string | undefined;
}

/** Links a container to the smartphone that holds its tokens. */
export interface ContainerRegistration {
  /**
   * Opens a registration, which replaces an open one. `serverUrl` is the URL that the smartphone will call.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} REGISTRATION_UNSUPPORTED if containers of this type cannot be registered
   * @throws {MfaError} REGISTRATION_STATE if the container is already registered
   */
  initialize(serial: string, options: { readonly serverUrl: string }): Promise<RegistrationOffer>;
  /**
   * Completes the registration with the smartphone's key, once. The smartphone signs (SHA-256) the nonce, the time
   * stamp, the URL of this call, the serial and, if given, the brand and the model of the device, separated by `|`.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} PARAMETER_INVALID if the key is not valid
   * @throws {MfaError} REGISTRATION_STATE if no registration is open
   * @throws {MfaError} REGISTRATION_INVALID for a wrong signature, a replay, or a registration that has expired
   */
  finalize(serial: string, answer: RegistrationAnswer): Promise<{ readonly server_url: string }>;
  /**
   * Ends a registration, open or complete. Returns false if there was none.
   *
   * @throws {MfaError} NOT_FOUND
   */
  terminate(serial: string): Promise<boolean>;
}

/**
 * The operations on containers. Except for `find`, operations that receive the serial of a container throw NOT_FOUND if
 * the container does not exist.
 */
export interface ContainerService {
  readonly registration: ContainerRegistration;
  /**
   * Creates an active container, completely or not at all.
   *
   * @throws {MfaError} PARAMETER_INVALID, USER_INVALID
   * @throws {MfaError} NOT_FOUND if one of the tokens does not exist
   */
  create(container: NewContainer): Promise<ContainerRecord>;
  find(serial: string): Promise<ContainerRecord | null>;
  /**
   * Like `find`, but throws if the container does not exist.
   *
   * @throws {MfaError} NOT_FOUND
   */
  require(serial: string): Promise<ContainerRecord>;
  /** Returns the container that a token is in. */
  ofToken(tokenSerial: string): Promise<ContainerRecord | null>;
  /** Returns the serials of the containers that tokens are in, by the serials of the tokens. */
  serialsOf(tokenSerials: readonly string[]): Promise<ReadonlyMap<string, string>>;
  countOfUser(user: UserRef): Promise<number>;
  page(
    filter: ContainerFilter,
    paging?: {
      readonly page?: number | undefined;
      /** Size of a page. Zero returns only the count. @default 15 */
      readonly pageSize?: number | undefined;
      readonly sortBy?: ContainerSort | undefined;
      readonly descending?: boolean | undefined;
    },
  ): Promise<ContainerPage>;
  types(): readonly ContainerTypeInfo[];

  /** Deletes a container. Its tokens are kept. */
  delete(serial: string): Promise<void>;
  /**
   * Moves a token into the container. Returns false if the container already contained it.
   *
   * @throws {MfaError} NOT_FOUND if the container or the token does not exist
   */
  addToken(serial: string, tokenSerial: string): Promise<boolean>;
  /**
   * Removes a token from the container. Returns false if the container did not contain it.
   *
   * @throws {MfaError} NOT_FOUND if the container or the token does not exist
   */
  removeToken(serial: string, tokenSerial: string): Promise<boolean>;
  /** Removes all tokens from the container. Returns their number. */
  removeAllTokens(serial: string): Promise<number>;
  /**
   * Makes the user an owner of the container, and adds it to their realm. Returns false if they already were an owner.
   *
   * @throws {MfaError} USER_INVALID
   */
  assign(serial: string, user: UserRef): Promise<boolean>;
  /**
   * Makes this user the owner of a container that has neither an owner nor tokens of other users. Returns false
   * otherwise. If two users claim it at the same time, only one gets it.
   *
   * @throws {MfaError} NOT_FOUND, USER_INVALID
   */
  claim(serial: string, user: UserRef): Promise<boolean>;
  /**
   * Removes this owner, or all owners. Returns false if there was none.
   *
   * @throws {MfaError} USER_INVALID
   */
  unassign(serial: string, user?: UserRef): Promise<boolean>;
  /**
   * Replaces the states of the container.
   *
   * @throws {MfaError} PARAMETER_INVALID if a state is unknown, or two exclude each other
   */
  setStates(serial: string, states: readonly string[]): Promise<void>;
  /**
   * Removes the states `remove` and those that the new states exclude, and adds the states `add`.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  changeStates(
    serial: string,
    states: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ): Promise<void>;
  setDescription(serial: string, description: string): Promise<void>;
  /**
   * Sets the realms. The realms of the owners are always kept. Returns all realms.
   *
   * @throws {MfaError} USER_INVALID
   */
  setRealms(serial: string, realms: readonly string[]): Promise<readonly string[]>;
  /**
   * Sets one info field.
   *
   * @throws {MfaError} PARAMETER_INVALID for a field that the server maintains itself
   */
  setInfo(serial: string, key: string, value: string): Promise<void>;
  /**
   * Sets these info fields, and deletes all others except those that the server maintains itself.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  replaceInfo(serial: string, info: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Deletes one info field, or all except those that the server maintains itself. Returns the number of deleted fields.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  deleteInfo(serial: string, key?: string): Promise<number>;
}
