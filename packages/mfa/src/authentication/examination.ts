import type { DomainContext } from "../database/domain-context.js";
import { sameSecret } from "../secrets/passwords.js";
import { tokenTypes } from "../token-types/token-types.js";
import { openKey, type StoredToken } from "../tokens/stored-token.js";
import type { Match, TokenType } from "../tokens/token-type.js";
import type { Challenges, OpenChallenge } from "./challenges.js";

/**
 * What a token has to say of a password.
 *
 * - `match`: PIN and OTP are right; `transactionId` is the challenge whose code it was.
 * - `challenge`: it is the PIN alone, and opens a challenge.
 * - `pending`, `declined`: the answer of its challenge comes out of band, or came.
 * - `pin`: the PIN is right, what follows is not.
 * - `none`: not even the PIN.
 */
export type Finding =
  | { readonly kind: "match"; readonly match: Match; readonly transactionId?: string | undefined }
  | { readonly kind: "challenge" | "pending" | "declined" | "pin" | "none" };

/** Looks at passwords without changing anything. */
export interface Examination {
  /** PIN and OTP in one. */
  password(
    token: StoredToken,
    pass: string,
    use: { readonly canChallenge: (type: TokenType) => boolean; readonly serviceId?: string | undefined },
  ): Promise<Finding>;
  /** The answer to a challenge. */
  answer(token: StoredToken, challenge: OpenChallenge, pass: string): Finding;
}

/** Examines by PIN hash, token type and open challenges. */
export function createExamination({ clock, passwords, vault }: DomainContext, challenges: Challenges): Examination {
  const pinIs = async ({ row }: StoredToken, pin: string): Promise<boolean> =>
    row.pin_hash === null ? pin === "" : passwords.verify(row.pin_hash, pin);
  const verify = (token: StoredToken, otp: string, serviceId?: string): Match | null =>
    tokenTypes
      .require(token.row.type)
      .verify(token, otp, { now: clock(), key: () => openKey(vault, token), serviceId });
  const sentCode = async (token: StoredToken, otp: string): Promise<OpenChallenge | undefined> =>
    (await challenges.active({ serial: token.row.serial })).find(
      (challenge) => challenge.answer !== null && sameSecret(challenge.answer, otp),
    );

  return {
    async password(token, pass, { canChallenge, serviceId }) {
      const type = tokenTypes.require(token.row.type);
      if (canChallenge(type) && (await pinIs(token, pass))) return { kind: "challenge" };
      const split = pass.length - token.row.otp_length;
      if (split < 0 || !(await pinIs(token, pass.slice(0, split)))) return { kind: "none" };
      const otp = pass.slice(split);
      const match = verify(token, otp, serviceId);
      if (match !== null) return { kind: "match", match };
      const sent = type.send === undefined ? undefined : await sentCode(token, otp);
      return sent === undefined ? { kind: "pin" } : { kind: "match", match: {}, transactionId: sent.transactionId };
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
