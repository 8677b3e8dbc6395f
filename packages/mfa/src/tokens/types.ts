import type { Token, UserRef } from "@bookend/core";

/** A token as administrators see it. */
export interface TokenRecord extends Token {
  readonly id: number;
  readonly revoked: boolean;
  /** Whether the failcount of the token has reached the maximum, or the token was revoked. */
  readonly locked: boolean;
  readonly otpLength: number;
  readonly countWindow: number;
  readonly syncWindow: number;
  readonly hasPin: boolean;
  readonly owner: (UserRef & { readonly resolver: string; readonly uid: string }) | null;
}

/**
 * The tokens that an operation acts on: the token with this serial (or several, separated by commas), or all tokens of
 * this user. One of the two is required. Operations throw NOT_FOUND if there is no token with the serial.
 */
export interface TokenTarget {
  readonly serial?: string | undefined;
  readonly user?: UserRef | undefined;
}

/**
 * The filter of a list of tokens. `*` is a wildcard in every string but `infoKey`. Letter case is ignored, except in
 * `infoKey` and, without a wildcard, in `resolver` and `userId`. A list is comma-separated and matches any of its
 * entries.
 */
export interface TokenFilter {
  readonly serial?: string | undefined;
  /** Types of which the token has one; a list. */
  readonly type?: string | undefined;
  /** A user who does not exist has no tokens. */
  readonly user?: UserRef | undefined;
  /** ID of the owner in their resolver. */
  readonly userId?: string | undefined;
  /** Realms of which the token has at least one; a list. */
  readonly realm?: string | undefined;
  /** Resolver of the owner. */
  readonly resolver?: string | undefined;
  readonly assigned?: boolean | undefined;
  readonly active?: boolean | undefined;
  readonly description?: string | undefined;
  readonly rolloutState?: string | undefined;
  /** Serial of the token's container; empty for tokens without a container. */
  readonly containerSerial?: string | undefined;
  /** Names of groups, of which at least one contains the token; a list. */
  readonly group?: string | undefined;
  readonly infoKey?: string | undefined;
  /** Value of the field `infoKey`, or of any field if that is absent. */
  readonly infoValue?: string | undefined;
}

/** A page of a list of tokens. */
export interface TokenPage {
  /** The number of matching tokens; with `countMore`, there are more. */
  readonly count: number;
  readonly countMore: boolean;
  readonly tokens: readonly TokenRecord[];
  /** Number of this page, from 1. */
  readonly current: number;
  readonly previous: number | null;
  readonly next: number | null;
  /** The cursor of the next page, if there is one. Reading that page takes as long as reading the first one. */
  readonly cursor: string | undefined;
}

/** Selects a page of a list of tokens. */
export interface TokenPaging {
  /** From 1; a page that begins among the first 50,000 tokens. @default 1 */
  readonly page?: number | undefined;
  /**
   * The `cursor` that came with the previous page, or an empty string for the first page. Replaces `page`. If each
   * condition is fulfilled by more than 10,000 tokens, only 20,000 tokens are examined for a page: it may then contain
   * fewer tokens than `pageSize` although there are more, and has a `cursor` for the rest.
   */
  readonly cursor?: string | undefined;
  /** Size of a page; zero returns only the count. @default 15 */
  readonly pageSize?: number | undefined;
  readonly sortBy?: TokenSort | undefined;
  readonly descending?: boolean | undefined;
  /** Whether to count all matching tokens instead of stopping at 10,000. @default false */
  readonly countAll?: boolean | undefined;
}

/** Columns that a list of tokens can be sorted by. */
export type TokenSort =
  | "serial"
  | "type"
  | "description"
  | "active"
  | "failCount"
  | "rolloutState"
  | "username"
  | "realm";

/** The fields that `/token/set` and similar routes can change. */
export interface TokenChanges {
  readonly pin?: string | undefined;
  readonly description?: string | undefined;
  readonly maxFailCount?: number | undefined;
  readonly failCount?: number | undefined;
  readonly countWindow?: number | undefined;
  readonly syncWindow?: number | undefined;
  readonly otpLength?: number | undefined;
  readonly hashlib?: string | undefined;
  /** Start of the validity period in ISO 8601; an empty string removes the start. */
  readonly validFrom?: string | undefined;
  /** End of the validity period in ISO 8601; an empty string removes the end. */
  readonly validUntil?: string | undefined;
  readonly countAuthMax?: number | undefined;
  readonly countAuthSuccessMax?: number | undefined;
}

/** A string and its QR code, in a response's `detail`. */
export interface EnrolmentCode {
  readonly description: string;
  readonly value: string;
  /** QR code: `data:image/png;base64,…` */
  readonly img: string;
}

/** `detail` of `POST /token/init`, with the names that clients expect. Contains secrets. */
export interface InitDetail {
  readonly serial: string;
  readonly rollout_state: string;
  readonly googleurl?: EnrolmentCode | undefined;
  readonly otpkey?: (EnrolmentCode & { readonly value_b32: string }) | undefined;
  readonly registrationcode?: string | undefined;
  readonly [name: string]: unknown;
}

/** The replacement of a lost token; `value` of `POST /token/lost/<serial>`. Contains a password. */
export interface LostTokenReplacement {
  readonly serial: string;
  readonly type: string;
  readonly password: string;
  /** `YYYY-MM-DD HH:MM` in UTC; the replacement works until then. */
  readonly end_date: string;
  /** Whether the PIN was copied from the lost token. */
  readonly pin: boolean;
  /** Whether the owner was copied. */
  readonly user: boolean;
  /** Whether the lost token was disabled. */
  readonly disable: boolean;
}

/** The caller who changes a token. */
export interface ByWhom {
  /** Whether the caller is a user who acts on their own tokens, and to whom the limits of administrators apply. */
  readonly selfService?: boolean | undefined;
}

/** The operations on tokens. */
export interface TokenService {
  /**
   * Enrolls a token from request parameters: `type` (default `hotp`), `serial`, `genkey`, `otpkey`, `otpkeyformat`,
   * `keysize`, `pin`, `description`, `otplen`, `hashlib`, `timeStep`, `validity_period_start`, `validity_period_end`,
   * `phone`, `dynamic_phone`, `email`, `dynamic_email`, `sms_identifier`, `smtp_identifier`, `papertoken_count`,
   * `tantoken_count`, `service_id`, `tokeninfo` (an object), `tokenrealm` (further realms, separated by commas or as an
   * array), `realm` (of a token without a user), `container_serial` (the container that the token is added to). With
   * `2stepinit`, a hotp or totp token waits (`clientwait`) for a second call with its serial and the app's part of the
   * key as `otpkey`. `user` becomes the owner. The serial of a token of the same type enrolls that token again. Its
   * owner and realms are kept, as are its PIN and description if they are omitted and, with `selfService`, tokeninfo
   * that the type does not write itself.
   *
   * @throws {MfaError} PARAMETER_INVALID, USER_INVALID, TOKEN_REFUSED
   * @throws {MfaError} NOT_FOUND if the container does not exist
   * @throws {MfaError} LIMIT_REACHED with `selfService`, if the owner would have too many tokens
   */
  init(parameters: Readonly<Record<string, unknown>>, user?: UserRef, by?: ByWhom): Promise<InitDetail>;
  /**
   * Enrolls either all or none of the tokens in a file of OATH secrets. The serial of a token of the same type enrolls
   * that token again. Returns the serials. See `readOathCsv` for the format.
   *
   * @param realms Realms of all tokens.
   * @throws {MfaError} PARAMETER_INVALID, USER_INVALID, TOKEN_REFUSED; the message names the line
   */
  importTokens(csv: string, realms?: readonly string[]): Promise<readonly string[]>;
  find(serial: string): Promise<TokenRecord | null>;
  /**
   * Like `find`, but throws if the token does not exist.
   *
   * @throws {MfaError} NOT_FOUND
   */
  require(serial: string): Promise<TokenRecord>;
  /**
   * Returns all matching tokens, ordered by serial. Only committed changes are visible, unless the filter names a user.
   *
   * @throws {MfaError} PARAMETER_INVALID for more than 10,000 tokens, and for a search that takes too long
   */
  list(filter: TokenFilter): Promise<readonly TokenRecord[]>;
  /**
   * Returns a page of the matching tokens. Only committed changes are visible.
   *
   * @throws {MfaError} PARAMETER_INVALID including a search that takes too long
   */
  page(filter: TokenFilter, paging?: TokenPaging): Promise<TokenPage>;
  /**
   * Returns the number of matching tokens. Only committed changes are visible, unless the filter names a user.
   *
   * @throws {MfaError} PARAMETER_INVALID for a search that takes too long
   */
  count(filter: TokenFilter): Promise<number>;
  /**
   * Returns the serial of the token that currently shows this OTP; null if none or several do.
   *
   * @throws {MfaError} PARAMETER_INVALID for more than 10,000 tokens, and for a search that takes too long
   */
  serialOfOtp(otp: string, filter?: TokenFilter): Promise<string | null>;
  /** Returns the known types, such as `hotp`. */
  types(): readonly TokenTypeInfo[];

  // Each of the methods from `enable` to `delete` returns the number of tokens that it changed.
  enable(target: TokenTarget): Promise<number>;
  disable(target: TokenTarget): Promise<number>;
  /** Revokes tokens permanently: a revoked token can be neither used nor enabled. */
  revoke(target: TokenTarget): Promise<number>;
  /** Sets the failcounter to zero. */
  reset(target: TokenTarget): Promise<number>;
  unassign(target: TokenTarget): Promise<number>;
  set(target: TokenTarget, changes: TokenChanges, by?: ByWhom): Promise<number>;
  delete(target: TokenTarget): Promise<number>;

  /**
   * Makes this user the owner of a token, and resets its failcounter. `pin`, if given, becomes the PIN of the token.
   *
   * @throws {MfaError} NOT_FOUND, USER_INVALID
   * @throws {MfaError} TOKEN_REFUSED if the token is assigned to another user
   * @throws {MfaError} LIMIT_REACHED with `selfService`, if the owner would have too many tokens
   */
  assign(serial: string, user: UserRef, pin?: string, by?: ByWhom): Promise<void>;
  /**
   * Sets the counter with two consecutive OTPs. Returns false if they are not found.
   *
   * @throws {MfaError} NOT_FOUND, TOKEN_REFUSED
   */
  resync(serial: string, otp1: string, otp2: string): Promise<boolean>;
  /**
   * Replaces a lost token with a password that is valid for ten days.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} TOKEN_REFUSED if the token has no owner, or the serial of the replacement belongs to another
   * user
   * @throws {MfaError} LIMIT_REACHED with `selfService`, if the owner would have too many tokens
   */
  lost(serial: string, by?: ByWhom): Promise<LostTokenReplacement>;
  copyPin(from: string, to: string): Promise<void>;
  copyUser(from: string, to: string, by?: ByWhom): Promise<void>;
  /**
   * Sets the token's realms. The realm of its owner is always kept. Returns all realms.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} USER_INVALID for an unknown realm
   */
  setRealms(serial: string, realms: readonly string[]): Promise<readonly string[]>;
  /**
   * Adds a token to a realm. Returns false if the realm does not exist.
   *
   * @throws {MfaError} NOT_FOUND
   */
  addRealm(serial: string, realm: string): Promise<boolean>;
  setInfo(serial: string, key: string, value: string): Promise<void>;
  /** Deletes one tokeninfo field or, without a key, all of them. Returns false if there was none. */
  deleteInfo(serial: string, key?: string): Promise<boolean>;
  /**
   * Adds to a tokeninfo field in one statement; a missing or empty value counts as 0, a value that is not a whole
   * number is kept. Returns the new value.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} PARAMETER_INVALID if the new value is out of range, or the token would have too many fields
   */
  increaseInfo(serial: string, key: string, by: number): Promise<string>;
  /**
   * Adds to the failcounter in one statement; it may go below 0. Returns the new value.
   *
   * @throws {MfaError} NOT_FOUND
   */
  changeFailCount(serial: string, by: number): Promise<number>;
}

/** A token type for forms. */
export interface TokenTypeInfo {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** The names of this type's enrollment parameters. */
  readonly parameters: readonly string[];
}
