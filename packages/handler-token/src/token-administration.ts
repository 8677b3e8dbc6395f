import type { MaybePromise, UserRef } from "@bookend/core";

/** A token to enroll. */
export interface TokenEnrolment {
  /**
   * The parameters of privacyIDEA's `token/init`: `type`, `genkey` and, depending on the type, `phone`,
   * `dynamic_phone`, `sms_identifier`, `email`, `dynamic_email`, `smtp_identifier`, `motppin`; and those of the
   * binding's `additional_params`. May contain secrets.
   */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The user to whom the token is assigned. */
  readonly user?: (UserRef & { readonly resolver: string }) | undefined;
  /** A realm that the token is added to, in addition to its user's realm. */
  readonly realm?: string | undefined;
  /** Serial of the container that the token is added to. */
  readonly container?: string | undefined;
}

/** The ends of a validity period. An absent end does not change. */
export interface ValidityPeriod {
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** An application of a token on a machine. */
export interface TokenApplication {
  readonly application: "ssh" | "offline" | "luks";
  /** The machine. Absent: any machine. */
  readonly machineId?: string | undefined;
  /**
   * Options of the application: `service_id` and `user` for ssh, `count` and `rounds` for offline, `slot` and
   * `partition` for luks.
   */
  readonly options: Readonly<Record<string, string | number>>;
}

/**
 * Changes the host's tokens. Tokens are found through `directories.tokens`, so a serial exists unless it was deleted in
 * the meantime. A method rejects if it fails; return values are ignored unless they are documented.
 */
export interface TokenAdministration {
  /** Enrolls a token, either completely or not at all. */
  enroll(enrolment: TokenEnrolment): MaybePromise<{ readonly serial: string }>;
  delete(serial: string): MaybePromise<unknown>;
  /** Unassigns the token from its owner. Does nothing if it has no owner. */
  unassign(serial: string): MaybePromise<unknown>;
  enable(serial: string): MaybePromise<unknown>;
  disable(serial: string): MaybePromise<unknown>;
  /**
   * Adds the token to a realm and, with `only`, removes it from all others in the same step. The host may keep the
   * realm of the owner. Returns false if there is no such realm: nothing was changed.
   */
  setRealm(serial: string, realm: string, options: { readonly only: boolean }): MaybePromise<boolean>;
  /** Sets the description. An empty string removes it. */
  setDescription(serial: string, description: string): MaybePromise<unknown>;
  setValidity(serial: string, period: ValidityPeriod): MaybePromise<unknown>;
  setCountWindow(serial: string, countWindow: number): MaybePromise<unknown>;
  setInfo(serial: string, key: string, value: string): MaybePromise<unknown>;
  /**
   * Adds to a tokeninfo field in one step: concurrent changes, including those of other processes, are not lost.
   * A missing or empty value counts as 0; a value that is not a whole number is kept. Returns the resulting value.
   */
  increaseInfo(serial: string, key: string, by: number): MaybePromise<string>;
  /** Deletes a tokeninfo field or, without a key, all of them. Returns false if there was none. */
  deleteInfo(serial: string, key?: string): MaybePromise<boolean>;
  setFailCount(serial: string, failCount: number): MaybePromise<unknown>;
  /**
   * Adds to the failcounter in one step: concurrent changes, including those of other processes, are not lost. Returns
   * the new value.
   */
  changeFailCount(serial: string, by: number): MaybePromise<number>;
  setMaxFailCount(serial: string, maxFailCount: number): MaybePromise<unknown>;
  /** Sets the PIN; keep only a hash of it. */
  setPin(serial: string, pin: string): MaybePromise<unknown>;
  /** Adds the token to a group. Rejects if there is no such group. */
  addGroup(serial: string, group: string): MaybePromise<unknown>;
  /** Removes the token from a group. Does nothing if it is not in the group. */
  removeGroup(serial: string, group: string): MaybePromise<unknown>;
  attachApplication(serial: string, application: TokenApplication): MaybePromise<unknown>;
}

/** The names that currently exist. Forms offer them, and saving a binding with a different name causes a warning. */
export interface TokenChoices {
  readonly types?: (() => MaybePromise<readonly string[]>) | undefined;
  /**
   * The enrollment parameters of each token type. Other names in `additional_params` are refused. Absent: every name is
   * accepted.
   */
  readonly parameters?: (() => MaybePromise<Readonly<Record<string, readonly string[]>>>) | undefined;
  readonly realms?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly groups?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly machines?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly smtpServers?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly smsGateways?: (() => MaybePromise<readonly string[]>) | undefined;
}
