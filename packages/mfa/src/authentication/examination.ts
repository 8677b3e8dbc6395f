import type { DomainContext } from "../database/domain-context.js";
import { sameSecret } from "../secrets/passwords.js";
import { tokenTypes } from "../token-types/token-types.js";
import { openKey, type StoredToken } from "../tokens/stored-token.js";
import type { Match, TokenType } from "../tokens/token-type.js";
import type { Challenges, OpenChallenge } from "./challenges.js";
import type { PinCheck } from "./pin-check.js";

/**
 * The verdict of a token on a password.
 *
 * - `match`: PIN and OTP, or the response to a challenge, are correct; `transactionId` is that of the challenge.
 * - `challenge`: the password is the PIN alone, which opens a challenge.
 * - `pending`, `declined`: the challenge of the token is answered out of band, and has not been answered yet or was
 *   declined.
 * - `pin`: the PIN is correct, but the OTP is not, or the response to a challenge is wrong.
 * - `none`: the PIN is wrong, or the part after it cannot be an OTP of the token.
 * - `unknown`: the token was not examined, since the request has already computed too many PIN hashes.
 */
export type Finding =
  | { readonly kind: "match"; readonly match: Match; readonly transactionId?: string | undefined }
  | { readonly kind: "challenge" | "pending" | "declined" | "pin" | "none" | "unknown" };

/** Examines passwords without changing anything. */
export interface Examination {
  /** Examines a PIN and an OTP in one string. */
  password(
    token: StoredToken,
    pass: string,
    use: {
      readonly canChallenge: (type: TokenType) => boolean;
      readonly serviceId?: string | undefined;
      /** Compares the PINs of all tokens of the request, and limits the number of hashes. */
      readonly pins: PinCheck;
    },
  ): Promise<Finding>;
  /**
   * Returns whether the part after the PIN is correct, regardless of the PIN. No PIN hash is computed. Never true for a
   * token that only has a PIN, or whose code was sent.
   */
  knowsOtp(token: StoredToken, pass: string, serviceId?: string): boolean;
  /** Examines the response to a challenge. */
  answer(token: StoredToken, challenge: OpenChallenge, pass: string): Finding;
}

/** Creates an examination that compares PIN hashes, asks the token's type, and reads open challenges. */
export function createExamination({ clock, vault }: DomainContext, challenges: Challenges): Examination {
  const verify = (token: StoredToken, otp: string, serviceId?: string): Match | null =>
    tokenTypes
      .require(token.row.type)
      .verify(token, otp, { now: clock(), key: () => openKey(vault, token), serviceId });
  const sentCode = async (token: StoredToken, otp: string): Promise<OpenChallenge | undefined> =>
    (await challenges.active({ serial: token.row.serial })).find(
      (challenge) => challenge.answer !== null && sameSecret(challenge.answer, otp),
    );

  return {
    async password(token, pass, { canChallenge, serviceId, pins }) {
      const type = tokenTypes.require(token.row.type);
      const { pin_hash, otp_length } = token.row;
      if (canChallenge(type)) {
        const matches = await pins.matches(pin_hash, pass);
        if (matches === undefined) return { kind: "unknown" };
        if (matches) return { kind: "challenge" };
      }
      const split = pass.length - otp_length;
      const otp = pass.slice(split);
      // if the part after the PIN cannot be an OTP of this token, no PIN hash is computed
      if (split < 0 || !type.fits(otp, { info: token.info, serviceId })) return { kind: "none" };
      const matches = await pins.matches(pin_hash, pass.slice(0, split));
      if (!matches) return { kind: matches === undefined ? "unknown" : "none" };
      const match = verify(token, otp, serviceId);
      if (match !== null) return { kind: "match", match };
      const sent = type.send === undefined ? undefined : await sentCode(token, otp);
      return sent === undefined ? { kind: "pin" } : { kind: "match", match: {}, transactionId: sent.transactionId };
    },
    knowsOtp(token, pass, serviceId) {
      const { otp_length } = token.row;
      const otp = pass.slice(pass.length - otp_length);
      const fits = otp_length > 0 && pass.length >= otp_length;
      return fits && verify(token, otp, serviceId) !== null;
    },
    answer(token, { answer, status, transactionId }, pass) {
      if (tokenTypes.require(token.row.type).outOfBand !== undefined) {
        if (status === "accept") return { kind: "match", match: {}, transactionId };
        return { kind: status === "declined" ? "declined" : "pending" };
      }
      const match = answer === null ? verify(token, pass) : sameSecret(answer, pass) ? {} : null;
      return match === null ? { kind: "pin" } : { kind: "match", match, transactionId };
    },
  };
}
