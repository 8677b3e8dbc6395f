import { parameterError } from "../domain-error.js";
import { hotp } from "./kinds/hotp.js";
import { paper, tan } from "./kinds/otp-lists.js";
import { applspec, pw, registration, spass } from "./kinds/passwords.js";
import { push } from "./kinds/push.js";
import { email, sms } from "./kinds/sent-codes.js";
import { totp } from "./kinds/totp.js";
import type { TokenType } from "./token-type.js";

/** All token types. */
export const tokenTypes: readonly TokenType[] = [
  hotp,
  totp,
  spass,
  pw,
  registration,
  email,
  sms,
  paper,
  tan,
  applspec,
  push,
];

const byName = new Map(tokenTypes.map((type) => [type.type, type]));

/** The token type of that name. Errors: 905. */
export function tokenType(name: string): TokenType {
  const type = byName.get(name.toLowerCase());
  if (type === undefined) {
    throw parameterError(`The token type ${JSON.stringify(name)} has to be one of ${[...byName.keys()].join(", ")}.`);
  }
  return type;
}
