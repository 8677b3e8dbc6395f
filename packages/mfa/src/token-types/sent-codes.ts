import { parameterError } from "../errors/mfa-error.js";
import { isDigits } from "../tokens/otp.js";
import type { EnrolmentInput, TokenType } from "../tokens/token-type.js";
import { choiceParameter, flagParameter, textParameter } from "../values/parameters.js";

/** Sends a code by mail. With `dynamic_email`, the owner's address is looked up for each code. */
export const email: TokenType = {
  type: "email",
  title: "Email token",
  description: "Sends a one-time password to the user's email address.",
  serialPrefix: "PIEM",
  challenge: "always",
  prompt: "Enter the code that was sent to you by mail.",
  parameters: ["email", "dynamic_email", "smtp_identifier", "otplen"],
  enrol: (input) =>
    enrolSentCode(input, { field: "email", attribute: "email", kind: "email", server: "smtp_identifier" }),
  fits: isDigits,
  // the code is stored in the challenge, so the token itself cannot verify it
  verify: () => null,
  send: (sender, token, code) => sender.mail(token, code),
};

/** Sends a code by SMS. With `dynamic_phone`, the owner's mobile number is looked up for each code. */
export const sms: TokenType = {
  type: "sms",
  title: "SMS token",
  description: "Sends a one-time password to the user's mobile phone.",
  serialPrefix: "PISM",
  challenge: "always",
  prompt: "Enter the code that was sent to you by SMS.",
  parameters: ["phone", "dynamic_phone", "sms_identifier", "otplen"],
  enrol: (input) =>
    enrolSentCode(input, { field: "phone", attribute: "mobile", kind: "sms", server: "sms_identifier" }),
  fits: isDigits,
  verify: () => null,
  send: (sender, token, code) => sender.sms(token, code),
};

interface SentCode {
  /** Parameter and tokeninfo field with the address. */
  readonly field: string;
  /** User attribute with the address. */
  readonly attribute: string;
  readonly kind: string;
  /** Parameter that names a mail server or gateway. */
  readonly server: string;
}

function enrolSentCode({ parameters, user }: EnrolmentInput, { field, attribute, kind, server }: SentCode) {
  const info: Record<string, string> = {};
  const identifier = textParameter(parameters, server);
  if (identifier !== undefined) info[`${kind}.identifier`] = identifier;
  if (flagParameter(parameters, `dynamic_${field}`)) {
    info[`dynamic_${field}`] = "True";
  } else {
    const address = textParameter(parameters, field) ?? user?.attributes[attribute];
    if (!address) {
      throw parameterError(
        `The parameter ${field} is required: the user has no attribute ${attribute} to use instead.`,
      );
    }
    info[field] = address;
  }
  return { key: null, otpLength: Number(choiceParameter(parameters, "otplen", ["6", "8"]) ?? "6"), info };
}
