import { parameterError } from "../errors/mfa-error.js";
import { sameSecret } from "../secrets/passwords.js";
import { type Random, randomText, readable } from "../secrets/random.js";
import { checkGenerated } from "../tokens/otp-key.js";
import type { TokenType } from "../tokens/token-type.js";
import { textParameter } from "../values/parameters.js";

const passwordLength = 16;

/** Parameter and tokeninfo field with the application for which an application-specific password is valid. */
const serviceIdField = "service_id";
const registrationLength = 24;

/** A token that consists only of its PIN. */
export const spass: TokenType = {
  type: "spass",
  title: "Simple pass token",
  description: "A PIN without a second factor.",
  serialPrefix: "PISP",
  challenge: "never",
  prompt: "",
  needsPin: true,
  parameters: [],
  enrol: () => ({ key: null, otpLength: 0, info: {} }),
  fits: (otp) => otp === "",
  verify: (_token, otp) => (otp === "" ? {} : null),
};

/** A fixed password after the PIN. */
export const pw: TokenType = {
  type: "pw",
  title: "Password token",
  description: "A fixed password, used for lost tokens.",
  serialPrefix: "PW",
  challenge: "never",
  prompt: "",
  parameters: ["otpkey", "genkey"],
  enrol({ parameters, random }) {
    const given = textParameter(parameters, "otpkey");
    if (given === undefined) checkGenerated(parameters);
    return fixedPassword(given, random);
  },
  fits: () => true,
  verify: (_token, otp, { key }) => (sameSecret(key().toString(), otp) ? {} : null),
};

/** A fixed password that is valid for one application only. */
export const applspec: TokenType = {
  type: "applspec",
  title: "Application-specific password",
  description: "A fixed password for one application that cannot ask for a second factor.",
  serialPrefix: "ASP",
  challenge: "never",
  prompt: "",
  parameters: [serviceIdField, "otpkey"],
  enrol({ parameters, random }) {
    const service = textParameter(parameters, serviceIdField);
    if (service === undefined) throw parameterError(`The parameter ${serviceIdField} is required.`);
    const password = fixedPassword(textParameter(parameters, "otpkey"), random);
    return { ...password, info: { [serviceIdField]: service } };
  },
  fits: (_otp, { info, serviceId }) =>
    serviceId !== undefined && info[serviceIdField]?.toLowerCase() === serviceId.toLowerCase(),
  verify: ({ info }, otp, { key, serviceId }) =>
    applspec.fits(otp, { info, serviceId }) && sameSecret(key().toString(), otp) ? {} : null,
};

/** Creates a token with a fixed password. The password is shown once if the server generated it. */
function fixedPassword(given: string | undefined, random: Random) {
  const password = given ?? randomText(random, readable, passwordLength);
  return {
    key: Buffer.from(password),
    otpLength: password.length,
    info: {},
    detail: () => (given === undefined ? { password } : {}),
  };
}

/** A code that works once, for enrolling a better token. */
export const registration: TokenType = {
  type: "registration",
  title: "Registration code",
  description: "A long code that works once.",
  serialPrefix: "REG",
  challenge: "never",
  prompt: "",
  parameters: [],
  enrol({ random }) {
    const registrationcode = randomText(random, readable, registrationLength);
    return {
      key: Buffer.from(registrationcode),
      otpLength: registrationcode.length,
      info: {},
      detail: () => ({ registrationcode }),
    };
  },
  fits: () => true,
  verify: (_token, otp, { key }) => (sameSecret(key().toString(), otp) ? { deletesToken: true } : null),
};
