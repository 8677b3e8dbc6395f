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
   * When its PIN alone opens a challenge: `always`, where the type needs one; `configured`, where the system's settings say so; or `never`.
   */
  readonly challenge: "always" | "configured" | "never";
  /** The prompt for the user when a challenge was opened. */
  readonly prompt: string;
  /** The PIN is the only secret: users must not leave it out. */
  readonly needsPin?: true;
  /** Its key can be made of two parts, the second of which the app makes. */
  readonly twoStep?: true;
  /** Only where challenges are answered out of band, and never with `pass`. */
  readonly outOfBand?: {
    /** Makes the string that identifies one challenge; the answer signs it. */
    challenge(random: DomainContext["random"]): string;
  };
  /**
   * Reads the parameters of an enrolment.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  enrol(input: EnrolmentInput): Enrolment;
  /**
   * Whether this could follow the PIN of a token of this type, told by its form alone. A PIN is only compared where it
   * could: that costs tens of milliseconds. What has `otpLength` characters is asked for.
   */
  fits(otp: string, use: Pick<TokenUse, "serviceId"> & Pick<StoredToken, "info">): boolean;
  /** Checks the part after the PIN; null if it does not match. `key` throws if the token has none. */
  verify(token: StoredToken, otp: string, use: TokenUse): Match | null;
  /** Finds the place of two OTPs that follow one another. Absent where there is nothing to resync. */
  resync?(
    token: StoredToken,
    otps: readonly [string, string],
    use: { readonly now: Date; readonly key: () => Buffer },
  ): Resynced | null;
  /** Sends the code of a challenge. Absent where the user has the answer already. */
  send?(sender: CodeSender, token: StoredToken, code: string): Promise<void>;
}

/** The token types that there are. */
export interface TokenTypes {
  readonly all: readonly TokenType[];
  /**
   * The type of that name, in any letter case.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  require(name: string): TokenType;
}

/** Input of `enrol`. */
export interface EnrolmentInput {
  readonly parameters: Parameters;
  /** Who will own the token. */
  readonly user: UserRecord | null;
  readonly random: DomainContext["random"];
}

/** The stored fields of a new token, and the details for its user. */
export interface Enrolment {
  /** OTP key or password; encrypted when stored. */
  readonly key: Uint8Array | null;
  readonly otpLength: number;
  readonly info: Readonly<Record<string, string>>;
  /** Default `enrolled`; `clientwait` until a second step makes the token usable. */
  readonly rolloutState?: "enrolled" | "clientwait";
  /** Parts of the response's `detail` that this type adds; `url` is where clients reach this server. */
  detail?(serial: string, issuer: string, url: string): Partial<InitDetail>;
}

/** Input of `verify` besides the token. */
export interface TokenUse {
  readonly now: Date;
  readonly key: () => Buffer;
  /** The purpose for which the caller uses the token. */
  readonly serviceId?: string | undefined;
}

/** How a correct OTP is used up. */
export interface Match {
  /** The counter that is stored next, so that this OTP and those before it are of no further use. */
  readonly counter?: number;
  /** Tokeninfo fields that are stored with the counter. */
  readonly info?: Readonly<Record<string, string>>;
  /** The token is deleted with its first use. */
  readonly deletesToken?: boolean;
}

/** Where a token went on after `resync`. */
export interface Resynced {
  readonly counter: number;
  readonly info?: Readonly<Record<string, string>>;
}
