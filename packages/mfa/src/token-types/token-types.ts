import { invalidValue } from "../errors/invalid-value.js";
import type { TokenType, TokenTypes } from "../tokens/token-type.js";
import { hotp } from "./hotp.js";
import { paper, tan } from "./otp-lists.js";
import { applspec, pw, registration, spass } from "./passwords.js";
import { push } from "./push.js";
import { email, sms } from "./sent-codes.js";
import { totp } from "./totp.js";

const all: readonly TokenType[] = [hotp, totp, spass, pw, registration, email, sms, paper, tan, applspec, push];

const byName = new Map(all.map((type) => [type.type, type]));

/** All token types. Add new types here. */
export const tokenTypes: TokenTypes = {
  all,
  require(name) {
    const type = byName.get(name.toLowerCase());
    if (type === undefined) throw invalidValue("type", name, [...byName.keys()].join(", "));
    return type;
  },
};
