import type { UserRef } from "./user-ref.js";

/** An existing user. */
export interface User {
  readonly login: string;
  readonly realm: string;
  readonly resolver: string;
  /** An id that never changes within the resolver. Hosts that never reassign a login do not need one. */
  readonly uid?: string | undefined;
  /** `username`, `givenname`, `surname`, `email`, `phone`, `mobile`, and custom attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A token as conditions and tags see it. */
export interface Token {
  readonly serial: string;
  readonly type: string;
  readonly description: string;
  readonly active: boolean;
  /** The user to whom the token is assigned, whether or not that user still exists. */
  readonly owner: (UserRef & { readonly resolver: string }) | null;
  readonly realms: readonly string[];
  /** The tokeninfo fields. */
  readonly info: Readonly<Record<string, string>>;
  readonly failCount: number;
  readonly maxFailCount: number;
  /** The OTP counter of a counter-based or list token. */
  readonly otpCounter: number;
  /** An empty state means enrolled. */
  readonly rolloutState: string;
}

/** A container of tokens as conditions and tags see it. */
export interface Container {
  readonly serial: string;
  readonly type: string;
  readonly description: string;
  readonly states: readonly string[];
  readonly realms: readonly string[];
  readonly owners: readonly (UserRef & { readonly resolver: string })[];
  readonly info: Readonly<Record<string, string>>;
  /** Serials of its tokens. */
  readonly tokens: readonly string[];
  readonly lastAuthentication: Date | null;
  readonly lastSynchronization: Date | null;
}

/** A challenge that was opened for a token or a container. */
export interface Challenge {
  readonly transactionId: string;
  /** Serial of the token or container. */
  readonly serial: string;
  readonly session: string;
  /** A message that can be shown to the user; never the expected response. */
  readonly data: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Objects that the host read while it handled a call, and that the call has not changed since. */
export interface FoundObjects {
  /** The user of the request. Ignored if `request.user` is another user. */
  readonly user?: User | undefined;
}

/**
 * Objects that a call deleted or detached (unassigned, or took out of a container), as they were before the call.
 * Counts, such as the number of a user's tokens, are never derived from these objects.
 */
export interface RemovedObjects {
  /** The user who was deleted, or from whom a container was taken. */
  readonly user?: User | undefined;
  /** The tokens that the call was about, with their former owners and realms. */
  readonly tokens?: readonly Token[] | undefined;
  /** The container that the call was about, or that its token was in, with its former owners. */
  readonly container?: Container | undefined;
}
