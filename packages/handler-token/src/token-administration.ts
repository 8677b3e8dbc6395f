import type { MaybePromise, UserRef } from "@bookend/core";

/** A token to enroll. */
export interface TokenEnrolment {
  /**
   * As of a token's `init`: `type`, `genkey`, and by type `phone`, `dynamic_phone`, `sms_identifier`, `email`, `dynamic_email`,
   * `smtp_identifier`, `motppin`; then whatever the binding's `additional_params` say. May hold secrets.
   */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Who it is assigned to. */
  readonly user?: (UserRef & { readonly resolver: string }) | undefined;
  /** A realm that it is put into, in addition to that of its user. */
  readonly realm?: string | undefined;
  /** Serial of the container that it is put into. */
  readonly container?: string | undefined;
}

/** An end of a validity period that is not given stays as it is. */
export interface ValidityPeriod {
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** An application of a token on a machine. */
export interface TokenApplication {
  readonly application: "ssh" | "offline" | "luks";
  /** The machine; none: any. */
  readonly machineId?: string | undefined;
  /** Options of the application: `service_id`, `user` of ssh; `count`, `rounds` of offline; `slot`, `partition` of luks. */
  readonly options: Readonly<Record<string, string | number>>;
}

/**
 * The host's tokens, as its actions change them. Tokens are found through `directories.tokens`, so each serial named
 * here was there a moment ago. A method rejects if it cannot do what it should; what is not documented as an answer is ignored.
 */
export interface TokenAdministration {
  /** Enrols a token, wholly or not at all. */
  enroll(enrolment: TokenEnrolment): MaybePromise<{ readonly serial: string }>;
  delete(serial: string): MaybePromise<unknown>;
  /** Unassigns the token from its owner. One without an owner stays as it is. */
  unassign(serial: string): MaybePromise<unknown>;
  enable(serial: string): MaybePromise<unknown>;
  disable(serial: string): MaybePromise<unknown>;
  /**
   * Puts the token into a realm in one step; with `only` it leaves all others, but for that of its owner where the host wants so.
   * False if there is no such realm: nothing was changed.
   */
  setRealm(serial: string, realm: string, options: { readonly only: boolean }): MaybePromise<boolean>;
  /** An empty one removes it. */
  setDescription(serial: string, description: string): MaybePromise<unknown>;
  setValidity(serial: string, period: ValidityPeriod): MaybePromise<unknown>;
  setCountWindow(serial: string, countWindow: number): MaybePromise<unknown>;
  setInfo(serial: string, key: string, value: string): MaybePromise<unknown>;
  /**
   * Adds to a tokeninfo field in one step: concurrent changes, including those of other processes, are not lost.
   * A missing or empty value counts as 0; one that is not a whole number stays. Returns the value.
   */
  increaseInfo(serial: string, key: string, by: number): MaybePromise<string>;
  /** Deletes a tokeninfo field; without a key, all of them. False when there was none. */
  deleteInfo(serial: string, key?: string): MaybePromise<boolean>;
  setFailCount(serial: string, failCount: number): MaybePromise<unknown>;
  /** Adds to the failcounter in one step: concurrent changes, including those of other processes, are not lost. Returns the new value. */
  changeFailCount(serial: string, by: number): MaybePromise<number>;
  setMaxFailCount(serial: string, maxFailCount: number): MaybePromise<unknown>;
  /** Sets the PIN; keep only a hash of it. */
  setPin(serial: string, pin: string): MaybePromise<unknown>;
  /** Adds the token to a group. Rejects if there is no such group. */
  addGroup(serial: string, group: string): MaybePromise<unknown>;
  /** One that is not in the group stays as it is. */
  removeGroup(serial: string, group: string): MaybePromise<unknown>;
  attachApplication(serial: string, application: TokenApplication): MaybePromise<unknown>;
}

/** Names that exist now: forms show them, and others are warned about when a binding is saved. */
export interface TokenChoices {
  readonly types?: (() => MaybePromise<readonly string[]>) | undefined;
  /** The parameters that an enrolment of each type reads: another name in `additional_params` is refused. Without it, every name is taken. */
  readonly parameters?: (() => MaybePromise<Readonly<Record<string, readonly string[]>>>) | undefined;
  readonly realms?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly groups?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly machines?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly smtpServers?: (() => MaybePromise<readonly string[]>) | undefined;
  readonly smsGateways?: (() => MaybePromise<readonly string[]>) | undefined;
}
