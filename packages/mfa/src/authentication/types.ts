import type { Challenge, UserRef } from "@bookend/core";

/** `result.authentication`. */
export type Verdict = "ACCEPT" | "REJECT" | "CHALLENGE" | "DECLINED";

/** One entry of `detail.multi_challenge`. */
export interface ChallengeDetail {
  readonly serial: string;
  readonly type: string;
  readonly message: string;
  readonly transaction_id: string;
  readonly client_mode: "interactive" | "poll" | "webauthn" | "u2f";
  readonly attributes: unknown;
  readonly image: string;
}

/** `detail` of `/validate/*`, in the names that clients read. */
export interface AuthenticationDetail {
  readonly message: string;
  readonly serial?: string | undefined;
  readonly type?: string | undefined;
  readonly otplen?: number | undefined;
  readonly transaction_id?: string | undefined;
  readonly transaction_ids?: readonly string[] | undefined;
  readonly messages?: readonly string[] | undefined;
  readonly multi_challenge?: readonly ChallengeDetail[] | undefined;
  readonly client_mode?: string | undefined;
  readonly preferred_client_mode?: string | undefined;
  readonly image?: string | undefined;
  readonly attributes?: unknown;
  /** Attributes of the user who was accepted. */
  readonly user?: Readonly<Record<string, string>> | undefined;
  readonly "user-resolver"?: string | undefined;
  readonly "user-realm"?: string | undefined;
}

/** Answer to an attempt to authenticate. */
export interface AuthenticationResult {
  /** `result.value`: true only for ACCEPT. */
  readonly value: boolean;
  readonly authentication: Verdict;
  readonly detail: AuthenticationDetail;
  /** Who was meant; the owner where only a serial was given. For the audit log. */
  readonly user?: (UserRef & { readonly resolver: string }) | undefined;
}

/** Input of `/validate/check`. */
export interface AuthenticationAttempt {
  readonly user?: UserRef | undefined;
  readonly serial?: string | undefined;
  /** PIN and OTP, a PIN alone, or the answer to a challenge. */
  readonly pass: string;
  readonly transactionId?: string | undefined;
  /** The purpose of the password; application-specific passwords are valid for one such id only. */
  readonly serviceId?: string | undefined;
}

/** Answer to `/validate/polltransaction`. */
export interface PollResult {
  /** True once it was accepted out of band. */
  readonly value: boolean;
  readonly status: "accept" | "declined" | "pending";
  /** Serials of its open challenges; once it is decided, of the token that decided. */
  readonly serials: readonly string[];
}

/** Checks PINs, OTPs and answers to challenges. */
export interface AuthenticationService {
  /**
   * An unknown user is a REJECT like one without tokens.
   *
   * @throws {MfaError} PARAMETER_INVALID neither user nor serial
   * @throws {MfaError} NOT_FOUND no such serial
   */
  check(attempt: AuthenticationAttempt): Promise<AuthenticationResult>;
  /**
   * Opens challenges without a PIN for all tokens that can, hotp and totp included, which the OTP alone answers; of `type`, if it is given.
   * `value` is how many.
   *
   * @throws {MfaError} PARAMETER_INVALID, NOT_FOUND
   */
  triggerChallenge(target: {
    readonly user?: UserRef | undefined;
    readonly serial?: string | undefined;
    readonly type?: string | undefined;
  }): Promise<{
    readonly value: number;
    readonly authentication: Verdict;
    readonly detail: AuthenticationDetail;
    readonly user?: (UserRef & { readonly resolver: string }) | undefined;
  }>;
  /** Whether a transaction was answered out of band. One that does not exist is pending. */
  pollTransaction(transactionId: string): Promise<PollResult>;
}

/** Stored challenges. */
export interface ChallengeService {
  /** Newest first; without what would answer them. */
  list(filter?: {
    readonly serial?: string | undefined;
    readonly transactionId?: string | undefined;
  }): Promise<readonly Challenge[]>;
  /** Deletes those past their expiration date. Returns how many. */
  deleteExpired(): Promise<number>;
}
