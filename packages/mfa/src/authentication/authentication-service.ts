import type { UserRef } from "@bookend/core";
import type { DomainContext } from "../database/domain-context.js";
import { parameterError } from "../errors/mfa-error.js";
import type { CodeSender } from "../senders/code-sender.js";
import type { SettingsService } from "../settings/settings.js";
import { tokenTypes } from "../token-types/token-types.js";
import { findToken, findTokensOf } from "../tokens/find-tokens.js";
import { logUnreadableNumbers } from "../tokens/info-numbers.js";
import { type StoredToken, tokenRecord } from "../tokens/stored-token.js";
import { unknownToken } from "../tokens/token-query.js";
import type { TokenType } from "../tokens/token-type.js";
import type { UserRecord, UserService } from "../users/types.js";
import { takeTurn } from "../values/turns.js";
import { createChallengeOpening } from "./challenge-opening.js";
import type { Challenges, OpenChallenge } from "./challenges.js";
import { createExamination, type Finding } from "./examination.js";
import { createPinCheck } from "./pin-check.js";
import { createAttemptRecords } from "./records.js";
import type { AuthenticationResult, AuthenticationService } from "./types.js";
import { refusalOf } from "./usability.js";

/** The dependencies of authentication. */
export interface AuthenticationServices {
  readonly users: UserService;
  readonly settings: SettingsService;
  readonly challenges: Challenges;
  readonly sender: CodeSender;
  /** Maximum number of open challenges of a user. */
  readonly maxChallengesPerUser: number;
}

interface Examined {
  readonly token: StoredToken;
  readonly finding: Finding;
}

/** The tokens that are tried, and their owner. */
interface Candidates {
  readonly tokens: readonly StoredToken[];
  /** The user, with attributes if they were found by name. */
  readonly user?:
    | (NonNullable<AuthenticationResult["user"]> & { readonly attributes?: UserRecord["attributes"] })
    | undefined;
}

/** Checks PINs, OTPs and responses to challenges against the tokens in the database. */
export function createAuthentication(context: DomainContext, services: AuthenticationServices): AuthenticationService {
  const { clock, passwords } = context;
  const { users, settings, challenges } = services;
  const examination = createExamination(context, challenges);
  const records = createAttemptRecords(context);
  const openChallenges = createChallengeOpening(context, services);
  const usable = (token: StoredToken): boolean => refusalOf(token, clock()) === undefined;

  return {
    async check({ pass, transactionId, serviceId, ...target }) {
      const { tokens, user } = await candidates(target);
      for (const token of tokens) logUnreadableNumbers(context.logger, token);
      if (tokens.length === 0) {
        await passwords.verify(null, pass);
        return reject("The user has no tokens assigned", [], user);
      }
      const open = transactionId ? await challenges.active({ transactionId }) : [];
      const answering = tokens.flatMap((token) => {
        const challenge = open.find((each) => each.serial === token.row.serial);
        return challenge === undefined ? [] : [{ token, challenge }];
      });
      if (answering.length > 0) return checkAnswers(answering, pass, user);

      const canChallenge = await challengeTypes();
      const examined = await examine(tokens, pass, { canChallenge, serviceId, pins: createPinCheck(passwords) });
      return conclude(examined, user, { wrong: "wrong otp value", accepted: "matching 1 tokens" });
    },

    async triggerChallenge({ type, ...target }) {
      const wanted = type ? tokenTypes.require(type) : undefined;
      const { tokens, user } = await candidates(target);
      const able = tokens.filter((token) => {
        const found = tokenTypes.require(token.row.type);
        return found.challenge !== "never" && (wanted === undefined || found === wanted) && usable(token);
      });
      const detail = await openChallenges(able);
      if (detail === null) {
        const message = able.length === 0 ? "No active challenge response token found" : "The code could not be sent";
        return { value: 0, authentication: "REJECT", detail: { message, messages: [], multi_challenge: [] }, user };
      }
      return { value: detail.multi_challenge?.length ?? 0, authentication: "CHALLENGE", detail, user };
    },

    async pollTransaction(transactionId) {
      const open = await challenges.active({ transactionId });
      const status = (["accept", "declined"] as const).find((each) => open.some((one) => one.status === each));
      const decided = open.filter((challenge) => challenge.status === status);
      return {
        value: status === "accept",
        status: status ?? "pending",
        serials: (decided.length > 0 ? decided : open).map((challenge) => challenge.serial),
      };
    },
  };

  /**
   * Examines the usable tokens one after another, until one matches. Tokens that could not be examined, since the
   * request has computed too many PIN hashes, are left out.
   */
  async function examine(
    tokens: readonly StoredToken[],
    pass: string,
    use: Parameters<typeof examination.password>[2],
  ): Promise<readonly Examined[]> {
    const usableOnes = tokens.filter(usable);
    if (usableOnes.length === 0) return examineUnusable(tokens, pass, use);
    const examined: Examined[] = [];
    for (const token of usableOnes) {
      await takeTurn();
      const finding = await examination.password(token, pass, use);
      if (finding.kind !== "unknown") examined.push({ token, finding });
      if (finding.kind === "match") break;
    }
    return examined;
  }

  /**
   * Examines tokens of which none may be used. Only a caller who knows the PIN and the OTP of a token learns why it may
   * not be used; for a single token, the PIN suffices if it alone opens a challenge. The PIN of one token at most is
   * compared: that of the only token, or of the first token that has this OTP.
   */
  async function examineUnusable(
    tokens: readonly StoredToken[],
    pass: string,
    use: Parameters<typeof examination.password>[2],
  ): Promise<readonly Examined[]> {
    const [only, ...others] = tokens;
    let asked = others.length === 0 ? only : undefined;
    for (const token of asked === undefined ? tokens : []) {
      await takeTurn();
      if (asked === undefined && examination.knowsOtp(token, pass, use.serviceId)) asked = token;
    }
    if (asked === undefined) await passwords.verify(null, pass);
    const finding = asked && (await examination.password(asked, pass, use));
    return tokens.map((token) => ({ token, finding: token === asked && finding ? finding : { kind: "none" } }));
  }

  async function candidates(target: { user?: UserRef | undefined; serial?: string | undefined }): Promise<Candidates> {
    const { serial, user: userRef } = target;
    if (!serial && userRef === undefined) throw parameterError("One of the parameters user and serial is required.");
    const user = userRef === undefined ? null : await users.find(userRef);
    if (!serial) return user === null ? { tokens: [] } : { tokens: await findTokensOf(context, user), user };

    const token = serial.includes("\0") ? undefined : await findToken(context, serial);
    if (token === undefined) throw unknownToken(serial);
    const { owner } = tokenRecord(token);
    if (userRef !== undefined && (user === null || owner?.uid !== user.uid || owner.resolver !== user.resolver)) {
      return { tokens: [], ...(user === null ? {} : { user }) };
    }
    return { tokens: [token], ...(owner === null ? {} : { user: owner }) };
  }

  /**
   * Returns the attributes, resolver and realm of an accepted user. Attributes that have already been read are not read
   * again. If the resolver fails, the attributes are omitted.
   */
  async function detailOf(user: Candidates["user"]) {
    if (user === undefined) return {};
    const found = user.attributes === undefined ? await users.find(user).catch(() => null) : user;
    return {
      ...(found !== null && { user: found.attributes }),
      "user-resolver": user.resolver,
      "user-realm": user.realm,
    };
  }

  /** Returns a function that decides whether the PIN alone opens a challenge for a token type. */
  async function challengeTypes(): Promise<(type: TokenType) => boolean> {
    const configured = new Set(((await settings.get("challenge_response")) ?? "").toLowerCase().split(/[\s,]+/));
    return ({ type, challenge }) => challenge === "always" || (challenge === "configured" && configured.has(type));
  }

  async function checkAnswers(
    answering: readonly { readonly token: StoredToken; readonly challenge: OpenChallenge }[],
    pass: string,
    user: Candidates["user"],
  ): Promise<AuthenticationResult> {
    const examined = answering.map(({ token, challenge }) => ({
      token,
      finding: examination.answer(token, challenge, pass),
    }));
    const elsewhere = examined.filter(({ finding }) => finding.kind === "declined" || finding.kind === "pending");
    const here = examined.filter((each) => !elsewhere.includes(each));
    const accepted = here.some(({ finding }) => finding.kind === "match");
    // without a password, the caller only asks for a decision that was made out of band
    if (elsewhere.length > 0 && !accepted && (pass === "" || here.length === 0))
      return answeredElsewhere(elsewhere, user);
    return conclude(here, user, {
      wrong: "Response did not match the challenge.",
      accepted: "Found matching challenge",
    });
  }

  /** Combines the verdicts of all tokens: the first usable token that matches decides. */
  async function conclude(
    examined: readonly Examined[],
    user: Candidates["user"],
    messages: { readonly wrong: string; readonly accepted: string },
  ): Promise<AuthenticationResult> {
    const refused: StoredToken[] = [];
    let failed = examined.filter(({ finding }) => finding.kind === "pin").map(({ token }) => token);
    for (const { token, finding } of examined) {
      if (finding.kind !== "match") continue;
      if (!usable(token)) {
        await records.burn(token, finding.match);
        refused.push(token);
      } else if (await records.accept(token, finding.match, finding.transactionId)) {
        const detail = { message: messages.accepted, ...about([token]), ...(await detailOf(user)) };
        return { value: true, authentication: "ACCEPT", detail, user };
      } else {
        failed = [...failed, token];
      }
    }

    const asked = examined.filter(({ finding }) => finding.kind === "challenge").map(({ token }) => token);
    const able = asked.filter(usable);
    const detail = await openChallenges(able);
    if (detail !== null) return { value: false, authentication: "CHALLENGE", detail, user };
    if (able.length > 0) return reject("The code could not be sent", able, user);

    refused.push(...asked);
    const [first] = refused;
    if (first !== undefined) {
      await records.fail(refused);
      return reject(refusalOf(first, clock()) ?? messages.wrong, refused, user);
    }
    const wrong = failed.length > 0 ? failed : examined.map(({ token }) => token);
    await records.fail(wrong);
    return reject(failed.length > 0 ? messages.wrong : "wrong otp pin", wrong, user);
  }
}

/**
 * Rejects an attempt whose challenge has not been answered out of band yet, or was declined. The rejection does not
 * count as a failed attempt.
 */
function answeredElsewhere(examined: readonly Examined[], user: Candidates["user"]): AuthenticationResult {
  const declined = examined.filter(({ finding }) => finding.kind === "declined").map(({ token }) => token);
  if (declined.length === 0) {
    return reject(
      "The challenge is not answered yet",
      examined.map(({ token }) => token),
      user,
    );
  }
  return { ...reject("The challenge was declined", declined, user), authentication: "DECLINED" };
}

function reject(message: string, tokens: readonly StoredToken[], user: Candidates["user"]): AuthenticationResult {
  return { value: false, authentication: "REJECT", detail: { message, ...about(tokens) }, user };
}

/** Returns the serial, type and OTP length of the token if there is only one. */
function about(tokens: readonly StoredToken[]): { serial?: string; type?: string; otplen?: number } {
  const [token, ...others] = tokens;
  if (token === undefined || others.length > 0) return {};
  const { serial, type, otp_length } = token.row;
  return { serial, type, otplen: otp_length };
}
