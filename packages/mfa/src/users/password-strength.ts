import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** The result of {@link passwordStrength}. */
export interface PasswordStrength {
  /** From 0 (fewer than 1,000 guesses) to 4 (10,000,000,000 guesses or more). */
  readonly score: 0 | 1 | 2 | 3 | 4;
  /**
   * Whether the password is a common one, a pattern, or a variation of either, and takes fewer than a million guesses.
   */
  readonly isCommon: boolean;
}

/** Maximum number of characters of a password that are compared. */
const comparedLength = 64;

/** Number of guesses that an attacker can make against a login despite rate limits. Source: zxcvbn, score 2. */
const fewGuesses = 1_000_000;

/**
 * Estimates how hard a password is to guess, with a list of the 49,000 most common passwords that comes with the
 * library. Nothing is sent. Only the first 64 characters are compared, because the time grows with the square of the
 * length: 128 characters can block the event loop for 0.2 s, 64 for 0.06 s.
 *
 * @param known Strings that an attacker knows, such as the name and the mail address of the user.
 */
export async function passwordStrength(password: string, known: readonly string[]): Promise<PasswordStrength> {
  const { score, guesses, sequence } = (await estimator()).check(password, wordsOf(known));
  // short random passwords are not refused here, but by their length: an operator may allow short passwords
  return { score, isCommon: guesses < fewGuesses && sequence.some(({ pattern }) => pattern !== "bruteforce") };
}

/** Returns the words that an attacker knows: the name of this product, and the parts of the known strings. */
function wordsOf(known: readonly string[]): string[] {
  return ["bookend", ...known.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])].filter(
    (word) => word !== "",
  );
}

let loaded: Promise<ZxcvbnFactory> | undefined;

/** Loads the lists at first use: they take 50 MB, and most processes never set a password. */
function estimator(): Promise<ZxcvbnFactory> {
  loaded ??= Promise.all([import("@zxcvbn-ts/core"), import("@zxcvbn-ts/language-common")]).then(
    ([{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }]) =>
      new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: comparedLength }),
  );
  return loaded;
}
