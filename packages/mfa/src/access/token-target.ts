import { parameterError } from "../errors/mfa-error.js";
import type { TokenRecord, TokenService, TokenTarget } from "../tokens/types.js";
import { serialsOf } from "../values/normalize-parameters.js";
import type { ApiCall } from "./api-call.js";

/**
 * Returns the tokens that a call acts on, and notes them for the audit log: those of `serial` or, if it is not given,
 * all tokens of the call's user.
 *
 * @throws {MfaError} PARAMETER_INVALID, NOT_FOUND
 */
export async function tokenTarget(tokens: TokenService, exchange: ApiCall): Promise<TokenTarget> {
  const serial = exchange.parameters.text("serial");
  if (serial === undefined || serial === "") {
    if (!exchange.user) throw parameterError("Missing parameter: serial or user");
    exchange.notes.user = exchange.user;
    return { user: exchange.user };
  }
  const found: TokenRecord[] = [];
  for (const each of serialsOf(serial)) found.push(await tokens.require(each));
  if (found.length === 0) throw parameterError("Missing parameter: serial");
  noteTokens(exchange, found);
  return { serial: found.map((token) => token.serial).join(",") };
}

/**
 * Returns the one token that a call acts on.
 *
 * @throws {MfaError} PARAMETER_INVALID, NOT_FOUND
 */
export async function oneToken(tokens: TokenService, exchange: ApiCall): Promise<TokenRecord> {
  const token = await tokens.require(exchange.parameters.required("serial"));
  noteTokens(exchange, [token]);
  return token;
}

/** Notes the serials and the types of tokens for the audit log, and the owner of a single token. */
export function noteTokens({ notes }: ApiCall, tokens: readonly TokenRecord[]): void {
  notes.serial = tokens.map((token) => token.serial).join(",");
  notes.tokenType = [...new Set(tokens.map((token) => token.type))].join(",");
  if (tokens.length === 1 && tokens[0]?.owner) notes.user = tokens[0].owner;
}
