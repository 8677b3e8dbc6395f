import { problemMessage, type UserRef } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/** A token in a file of OATH secrets. */
export interface OathToken {
  /** Line number, from 1. */
  readonly line: number;
  readonly serial: string;
  /** Parameters of the enrollment. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Counter of the next OTP; 0 for TOTP tokens. */
  readonly counter: number;
  readonly user: UserRef | undefined;
}

/** Maximum number of tokens in a file. */
const maxTokens = 1_000;

/**
 * Maximum counter: far more OTPs than a device ever shows, and far below the largest integer that databases can store.
 */
const maxCounter = 1_000_000_000;

/**
 * Reads privacyIDEA's CSV of OATH secrets. A line is `serial, key[, hotp[, 6|8[, counter]]]` or `serial, key, totp[,
 * 6|8[, 30|60]]`, with the key in hex. Blank lines and lines that begin with `#` are skipped. In a file that begins
 * with `# version: 2`, `user, resolver, realm` come before the serial. An empty user means that the token has no owner.
 *
 * @throws {MfaError} PARAMETER_INVALID; the message names the line, and never the key
 */
export function readOathCsv(csv: string): readonly OathToken[] {
  const lines = csv.split(/\r\n|\n|\r/);
  const withUsers = fileVersion(lines[0] ?? "") === 2;
  const tokens: OathToken[] = [];
  const serials = new Set<string>();
  for (const [index, text] of lines.entries()) {
    if (text.trim() === "" || text.startsWith("#")) continue;
    const line = index + 1;
    if (tokens.length === maxTokens)
      throw parameterError(problemMessage(`has more than ${maxTokens} tokens`, `${maxTokens}`, "file"));
    const token = readLine(line, text, withUsers);
    if (serials.has(token.serial))
      throw lineError(line, problemMessage(`serial ${JSON.stringify(token.serial)} occurs twice`, "once"));
    serials.add(token.serial);
    tokens.push(token);
  }
  if (tokens.length === 0)
    throw parameterError(problemMessage("does not contain tokens", "one token per line", "file"));
  return tokens;
}

/** Creates an error of a line of the file. */
const lineError = (line: number, problem: string) => parameterError(`file: line ${line}: ${problem}`);

function fileVersion(firstLine: string): number {
  const version = /^#\s*version:\s*(\d{1,9})\s*$/i.exec(firstLine)?.[1] ?? "1";
  if (version === "1" || version === "2") return Number(version);
  throw lineError(1, problemMessage(`version is "${version}"`, "1, 2"));
}

function readLine(line: number, text: string, withUsers: boolean): OathToken {
  // 20 columns are enough to report that a line has too many
  const columns = text.split(",", 20).map((column) => column.trim());
  const [login = "", resolver = "", realm = ""] = withUsers ? columns.splice(0, 3) : [];
  const [serial = "", otpkey = "", type = "", otplen = "", last = "", ...more] = columns;
  const names = withUsers ? "user, resolver, realm, serial, key" : "serial, key";
  if (serial === "" || otpkey === "") throw lineError(line, problemMessage("has no serial or no key", `${names}, …`));
  if (more.some((column) => column !== ""))
    throw lineError(line, problemMessage("has too many columns", "five for a token"));
  const kind = choose(line, "type", type.toLowerCase() || "hotp", ["hotp", "totp"]);
  const user = userOf(line, { login, resolver, realm });
  const common = { type: kind, serial, otpkey, otplen: choose(line, "OTP length", otplen || "6", ["6", "8"]) };
  if (kind === "hotp") return { line, serial, user, counter: counterOf(line, last), parameters: common };
  const timeStep = choose(line, "time step", last || "30", ["30", "60"]);
  return { line, serial, user, counter: 0, parameters: { ...common, timeStep } };
}

function userOf(line: number, user: { login: string; resolver: string; realm: string }): UserRef | undefined {
  if (user.login === "") return undefined;
  if (user.realm === "")
    throw lineError(line, problemMessage(`user ${JSON.stringify(user.login)} has no realm`, "user, resolver, realm"));
  return { login: user.login, realm: user.realm, ...(user.resolver !== "" && { resolver: user.resolver }) };
}

function counterOf(line: number, text: string): number {
  if (text === "") return 0;
  if (/^\d{1,10}$/.test(text) && Number(text) <= maxCounter) return Number(text);
  throw lineError(
    line,
    problemMessage(`counter is ${JSON.stringify(text.slice(0, 100))}`, `a whole number from 0 to ${maxCounter}`),
  );
}

function choose(line: number, name: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw lineError(line, problemMessage(`${name} is ${JSON.stringify(value.slice(0, 100))}`, allowed.join(", ")));
}
