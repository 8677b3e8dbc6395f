import type { DomainContext } from "../database/domain-context.js";
import type { CodeSender } from "../senders/code-sender.js";
import type { UserRecord } from "../users/types.js";
import type { Parameters } from "../values/parameters.js";
import type { StoredToken } from "./stored-token.js";
import type { InitDetail, TokenTypeInfo } from "./types.js";

/** Behavior that differs between token types. */
export interface TokenType extends TokenTypeInfo {
  readonly serialPrefix: string;
  /**
   * Whether the PIN alone opens a challenge: `always`, if the type requires one; `configured`, depending on the
   * system's settings; or `never`.
   */
  readonly challenge: "always" | "configured" | "never";
  /** The prompt for the user of an open challenge. */
  readonly prompt: string;
  /** Whether the PIN is the only secret, so that users must set one. */
  readonly needsPin?: true;
  /** Whether the key can consist of two parts, the second of which the app generates. */
  readonly twoStep?: true;
  /** Present only if challenges are answered out of band, and never with `pass`. */
  readonly outOfBand?: {
    /** Generates the string that identifies a challenge and that the response signs. */
    challenge(random: DomainContext["random"]): string;
  };
  /**
   * Reads the parameters of an enrollment.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  enrol(input: EnrolmentInput): Enrolment;
  /**
   * Returns whether a string of `otpLength` characters has the format of an OTP of this type. Only then is the PIN
   * compared, which takes tens of milliseconds.
   */
  fits(otp: string, use: Pick<TokenUse, "serviceId"> & Pick<StoredToken, "info">): boolean;
  /**
   * Checks the part after the PIN; null if it does not match. `key` returns an empty buffer if the token has no key.
   */
  verify(token: StoredToken, otp: string, use: TokenUse): Match | null;
  /**
   * Returns the position of the token after two consecutive OTPs; null if they are not found. Absent if the type cannot
   * be resynchronized.
   */
  resync?(
    token: StoredToken,
    otps: readonly [string, string],
    use: { readonly now: Date; readonly key: () => Buffer },
  ): Resynced | null;
  /** Sends the code of a challenge. Absent if the user already has the response. */
  send?(sender: CodeSender, token: StoredToken, code: string): Promise<void>;
}

/** The available token types. */
export interface TokenTypes {
  readonly all: readonly TokenType[];
  /**
   * Finds a type by its name, ignoring letter case.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  require(name: string): TokenType;
}

/** Input of `enrol`. */
export interface EnrolmentInput {
  readonly parameters: Parameters;
  /** The future owner of the token; null if it will have none. */
  readonly user: UserRecord | null;
  readonly random: DomainContext["random"];
}

/** The stored fields of a new token, and the details for the user. */
export interface Enrolment {
  /** OTP key or password; encrypted when stored. */
  readonly key: Uint8Array | null;
  readonly otpLength: number;
  readonly info: Readonly<Record<string, string>>;
  /** `clientwait` until a second step completes the enrollment. @default `enrolled` */
  readonly rolloutState?: "enrolled" | "clientwait";
  /** Returns the parts of the response's `detail` that this type adds. `url` is the public URL of this server. */
  detail?(serial: string, issuer: string, url: string): Partial<InitDetail>;
}

/** Input of `verify` in addition to the token. */
export interface TokenUse {
  readonly now: Date;
  readonly key: () => Buffer;
  /** The purpose for which the caller uses the token. */
  readonly serviceId?: string | undefined;
}

/** How a correct OTP is used up. */
export interface Match {
  /** The next counter to store, so that this OTP and previous ones are no longer valid. */
  readonly counter?: number;
  /** Tokeninfo fields that are stored with the counter. */
  readonly info?: Readonly<Record<string, string>>;
  /** Whether the token is deleted on first use. */
  readonly deletesToken?: boolean;
}

/** The position of a token after `resync`. */
export interface Resynced {
  readonly counter: number;
  readonly info?: Readonly<Record<string, string>>;
}
