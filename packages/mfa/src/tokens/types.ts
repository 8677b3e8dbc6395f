import type { Token, UserRef } from "@bookend/core";

/** A token as administrators see it. */
export interface TokenRecord extends Token {
  readonly id: number;
  readonly revoked: boolean;
  /** Its failcount has reached the maximum, or it was revoked. */
  readonly locked: boolean;
  readonly otpLength: number;
  readonly countWindow: number;
  readonly syncWindow: number;
  readonly hasPin: boolean;
  readonly owner: (UserRef & { readonly resolver: string; readonly uid: string }) | null;
}

/**
 * Which tokens an operation acts on: the one of that serial (or several, separated by commas), or all of that user.
 * A serial that does not exist is an error (601). One of the two is required (905).
 */
export interface TokenTarget {
  readonly serial?: string | undefined;
  readonly user?: UserRef | undefined;
}

/**
 * The filter of a list of tokens. `*` is a wildcard in every string but `infoKey`. Letter case is ignored, except in `infoKey` and,
 * without a wildcard, in `resolver` and `userId`. A list separates its entries by commas: any of them.
 */
export interface TokenFilter {
  readonly serial?: string | undefined;
  /** A list. */
  readonly type?: string | undefined;
  /** A user who does not exist has no tokens. */
  readonly user?: UserRef | undefined;
  /** ID of the owner in their resolver. */
  readonly userId?: string | undefined;
  /** One of the token's realms. A list. */
  readonly realm?: string | undefined;
  /** Resolver of the owner. */
  readonly resolver?: string | undefined;
  readonly assigned?: boolean | undefined;
  readonly active?: boolean | undefined;
  readonly description?: string | undefined;
  readonly rolloutState?: string | undefined;
  /** The container that it is in; empty: none. */
  readonly containerSerial?: string | undefined;
  /** Name of a group that it is in. A list. */
  readonly group?: string | undefined;
  readonly infoKey?: string | undefined;
  /** Value of that field, otherwise of any. */
  readonly infoValue?: string | undefined;
}

/** A page of a list of tokens. */
export interface TokenPage {
  /** How many match the filter; with `countMore`, there are more. */
  readonly count: number;
  readonly countMore: boolean;
  readonly tokens: readonly TokenRecord[];
  /** Number of this page, from 1. */
  readonly current: number;
  readonly previous: number | null;
  readonly next: number | null;
  /** The cursor of the next page, if there is one; it is as fast as the first page at any length of the list. */
  readonly cursor: string | undefined;
}

/** Which page of a list of tokens. */
export interface TokenPaging {
  /** From 1; a page that begins among the first 50,000 tokens. @default 1 */
  readonly page?: number | undefined;
  /** The page after the one that came with this `cursor`, instead of `page`. */
  readonly cursor?: string | undefined;
  /** Zero for the count alone. @default 15 */
  readonly pageSize?: number | undefined;
  readonly sortBy?: TokenSort | undefined;
  readonly descending?: boolean | undefined;
  /** Counts all that match, not only the first 10,000. @default false */
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
  /** ISO 8601; empty removes it. */
  readonly validFrom?: string | undefined;
  /** ISO 8601; empty removes it. */
  readonly validUntil?: string | undefined;
  readonly countAuthMax?: number | undefined;
  readonly countAuthSuccessMax?: number | undefined;
}

/** An image and the text it shows, in a response's `detail`. */
export interface EnrolmentCode {
  readonly description: string;
  readonly value: string;
  /** QR code: `data:image/png;base64,…` */
  readonly img: string;
}

/** `detail` of `POST /token/init`, in the names that clients read. Holds secrets. */
export interface InitDetail {
  readonly serial: string;
  readonly rollout_state: string;
  readonly googleurl?: EnrolmentCode | undefined;
  readonly otpkey?: (EnrolmentCode & { readonly value_b32: string }) | undefined;
  readonly registrationcode?: string | undefined;
  readonly [name: string]: unknown;
}

/** The replacement of a lost token; `value` of `POST /token/lost/<serial>`. Holds a password. */
export interface LostTokenReplacement {
  readonly serial: string;
  readonly type: string;
  readonly password: string;
  /** `YYYY-MM-DD HH:MM` in UTC; the replacement works until then. */
  readonly end_date: string;
  /** The PIN was copied from the lost token. */
  readonly pin: boolean;
  /** The owner was copied. */
  readonly user: boolean;
  /** The lost token was disabled. */
  readonly disable: boolean;
}

/** Who changes a token. */
export interface ByWhom {
  /** The token's owner does, and may not lift what administrators limited. */
  readonly selfService?: boolean | undefined;
}

/** Everything that is done to tokens. */
export interface TokenService {
  /**
   * Enrols a token from request parameters: `type` (default `hotp`), `serial`, `genkey`, `otpkey`, `otpkeyformat`, `keysize`, `pin`, `description`,
   * `otplen`, `hashlib`, `timeStep`, `validity_period_start`, `validity_period_end`, `phone`, `dynamic_phone`, `email`, `dynamic_email`,
   * `sms_identifier`, `smtp_identifier`, `papertoken_count`, `tantoken_count`, `service_id`, `tokeninfo` (an object), `tokenrealm` (more realms, by commas or as a list), `realm` (of a token without a user),
   * `container_serial` (the container that it is put into).
   * With `2stepinit`, a hotp or totp token waits (`clientwait`) for a second call with its serial and the app's part of the key as `otpkey`.
   * `user` becomes the owner. The serial of a token of the same type re-enrols that token; its owner, realms, and what is not given of PIN
   * and description stay; with `selfService`, tokeninfo that the type does not write itself stays too.
   *
   * @throws {MfaError} PARAMETER_INVALID, USER_INVALID, TOKEN_REFUSED
   * @throws {MfaError} NOT_FOUND the container
   */
  init(parameters: Readonly<Record<string, unknown>>, user?: UserRef, by?: ByWhom): Promise<InitDetail>;
  /**
   * Enrols the tokens of a file of OATH secrets, all or none; the serial of a token of the same type re-enrols that token. Returns their
   * serials. See `readOathCsv` for the format.
   *
   * @param realms realms of all of the tokens
   * @throws {MfaError} PARAMETER_INVALID, USER_INVALID, TOKEN_REFUSED; the message names the line
   */
  importTokens(csv: string, realms?: readonly string[]): Promise<readonly string[]>;
  find(serial: string): Promise<TokenRecord | null>;
  /**
   * As `find`.
   *
   * @throws {MfaError} NOT_FOUND
   */
  require(serial: string): Promise<TokenRecord>;
  /** All that match, ordered by serial. */
  list(filter: TokenFilter): Promise<readonly TokenRecord[]>;
  /**
   * A page of those that match, as they are committed.
   *
   * @throws {MfaError} PARAMETER_INVALID also for a search that takes too long
   */
  page(filter: TokenFilter, paging?: TokenPaging): Promise<TokenPage>;
  count(filter: TokenFilter): Promise<number>;
  /** Serial of the one token that shows this OTP now; null if none or several do. */
  serialOfOtp(otp: string, filter?: TokenFilter): Promise<string | null>;
  /** Known types, as `hotp`. */
  types(): readonly TokenTypeInfo[];

  // Each of these returns how many tokens it changed.
  enable(target: TokenTarget): Promise<number>;
  disable(target: TokenTarget): Promise<number>;
  /** For good: a revoked token can neither be used nor enabled. */
  revoke(target: TokenTarget): Promise<number>;
  /** Sets the failcounter to zero. */
  reset(target: TokenTarget): Promise<number>;
  unassign(target: TokenTarget): Promise<number>;
  set(target: TokenTarget, changes: TokenChanges, by?: ByWhom): Promise<number>;
  delete(target: TokenTarget): Promise<number>;

  /**
   * @throws {MfaError} NOT_FOUND, USER_INVALID
   * @throws {MfaError} TOKEN_REFUSED it is assigned to another user
   * @throws {MfaError} LIMIT_REACHED with `selfService`
   */
  assign(serial: string, user: UserRef, pin?: string, by?: ByWhom): Promise<void>;
  /**
   * Sets the counter from two consecutive OTPs. False if they are not found.
   *
   * @throws {MfaError} NOT_FOUND, TOKEN_REFUSED
   */
  resync(serial: string, otp1: string, otp2: string): Promise<boolean>;
  /**
   * Replaces a lost token by a password that works for some days.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} TOKEN_REFUSED no owner, or the serial of the replacement is another user's
   * @throws {MfaError} LIMIT_REACHED with `selfService`
   */
  lost(serial: string, by?: ByWhom): Promise<LostTokenReplacement>;
  copyPin(from: string, to: string): Promise<void>;
  copyUser(from: string, to: string, by?: ByWhom): Promise<void>;
  /**
   * Sets the token's realms. The realm of its owner stays in any case.
   *
   * @throws {MfaError} NOT_FOUND
   * @throws {MfaError} USER_INVALID unknown realm
   */
  setRealms(serial: string, realms: readonly string[]): Promise<readonly string[]>;
  /**
   * Puts a token into one more realm. False if the realm does not exist.
   *
   * @throws {MfaError} NOT_FOUND
   */
  addRealm(serial: string, realm: string): Promise<boolean>;
  setInfo(serial: string, key: string, value: string): Promise<void>;
  /** Deletes one field, or all of them. False when there was none. */
  deleteInfo(serial: string, key?: string): Promise<boolean>;
  /**
   * Adds to a tokeninfo field in one statement; a missing or empty value counts as 0, one that is not a whole number stays.
   * Returns the value.
   *
   * @throws {MfaError} NOT_FOUND
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
  /** Names of the parameters that an enrolment of this type reads. */
  readonly parameters: readonly string[];
}
