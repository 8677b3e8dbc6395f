import type { Challenge, UserRef } from "@bookend/core";
import type { UserRecord } from "../users/types.js";

/** The value of `result.authentication` in responses of `/validate/*`. */
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

/** `detail` of `/validate/*`, with the names that clients expect. */
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
  /** Attributes of the accepted user. */
  readonly user?: Readonly<Record<string, string>> | undefined;
  readonly "user-resolver"?: string | undefined;
  readonly "user-realm"?: string | undefined;
}

/** The result of an authentication attempt. */
export interface AuthenticationResult {
  /** `result.value`: true only for ACCEPT. */
  readonly value: boolean;
  readonly authentication: Verdict;
  readonly detail: AuthenticationDetail;
  /** The user who tried to authenticate, or the token's owner if only a serial was given. For the audit log. */
  readonly user?:
    | (UserRef & {
        readonly resolver: string;
        /** Present if the user was found by name. */
        readonly attributes?: UserRecord["attributes"] | undefined;
      })
    | undefined;
}

/** Input of `/validate/check`. */
export interface AuthenticationAttempt {
  readonly user?: UserRef | undefined;
  readonly serial?: string | undefined;
  /** PIN and OTP, a PIN alone, or the response to a challenge. */
  readonly pass: string;
  readonly transactionId?: string | undefined;
  /** The purpose of the password; an application-specific password is valid for only one service ID. */
  readonly serviceId?: string | undefined;
}

/** The result of `/validate/polltransaction`. */
export interface PollResult {
  /** Whether the transaction was accepted out of band. */
  readonly value: boolean;
  readonly status: "accept" | "declined" | "pending";
  /**
   * Serials of the tokens with open challenges or, once there is a decision, of the tokens whose challenges were
   * decided in this way.
   */
  readonly serials: readonly string[];
}

/** Checks PINs, OTPs and responses to challenges. */
export interface AuthenticationService {
  /**
   * Checks a password or the response to a challenge. Rejects an unknown user in the same way as a user without tokens.
   *
   * @throws {MfaError} PARAMETER_INVALID if neither a user nor a serial is given
   * @throws {MfaError} NOT_FOUND if the serial does not exist
   * @throws {MfaError} LIMIT_REACHED if the user would have too many open challenges
   */
  check(attempt: AuthenticationAttempt): Promise<AuthenticationResult>;
  /**
   * Opens challenges without a PIN for all tokens that support it, optionally only for those of `type`. This includes
   * hotp and totp, for which the OTP alone is the response. `value` is the number of challenges.
   *
   * @throws {MfaError} PARAMETER_INVALID, NOT_FOUND
   * @throws {MfaError} LIMIT_REACHED if the user would have too many open challenges
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
  /**
   * Returns whether a transaction was answered out of band. A transaction that does not exist is reported as pending.
   */
  pollTransaction(transactionId: string): Promise<PollResult>;
}

/** Stored challenges. */
export interface ChallengeService {
  /** Lists challenges, newest first, without their expected answers. */
  list(filter?: {
    readonly serial?: string | undefined;
    readonly transactionId?: string | undefined;
  }): Promise<readonly Challenge[]>;
  /** Deletes expired challenges. Returns their number. */
  deleteExpired(): Promise<number>;
}
