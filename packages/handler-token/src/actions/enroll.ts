import { type ActionCheckContext, type CallUser, defineAction, done, failed } from "@bookend/core";
import { choicesOf } from "../choices-of.js";
import { type EnrollOptions, enrollOptions } from "../options.js";
import { parameterProblems } from "../parameter-problems.js";
import { secretParameterProblems } from "../secret-parameter-problems.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

/** Token types whose codes are sent to the user, and the parameter with the destination. */
const sentTypes = {
  sms: { field: "phone", attribute: "mobile", missing: "The user has no mobile number." },
  email: { field: "email", attribute: "email", missing: "The user has no email address." },
} as const;

/** `enroll`: enrolls a token. */
export function enroll(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Enrolls a new token.",
    options: enrollOptions,
    changes: ["tokens", "containers"],
    choices: choicesOf({
      tokentype: choices.types,
      realm: choices.realms,
      smtp_identifier: choices.smtpServers,
      sms_identifier: choices.smsGateways,
    }),
    check: async ({ options: { tokentype, additional_params } }: ActionCheckContext<EnrollOptions>) => [
      ...secretParameterProblems("additional_params", additional_params),
      ...parameterProblems(tokentype, additional_params, await choices.parameters?.()),
    ],
    async run({ options: given, facts }) {
      const user = await facts.user();
      if (given.user && !user?.exists) return failed("The call has no user.");
      const container = given.container ? await facts.existingContainer() : null;
      if (given.container && !container) return failed("The call has no container.");
      const generated = { type: given.tokentype, genkey: 1, ...sentTo(given, user), ...ofType(given) };
      const parameters = { ...generated, ...given.additional_params };
      const missing = missingAddress(given, parameters);
      if (missing !== undefined) return failed(missing);
      const { serial } = await tokens.enroll({
        parameters,
        user: given.user && user ? { login: user.login, realm: user.realm, resolver: user.resolver } : undefined,
        realm: given.realm,
        container: container?.serial,
      });
      return done({ details: { serial } });
    },
  });
}

/**
 * Returns the parameter for the destination of codes: that it is looked up for each code, or the user's current one.
 */
function sentTo(given: EnrollOptions, user: CallUser | null): Record<string, unknown> {
  if (!isSent(given.tokentype)) return {};
  const { field, attribute } = sentTypes[given.tokentype];
  if (given[`dynamic_${field}`]) return { [`dynamic_${field}`]: true };
  const address = user?.attributes[attribute];
  return address ? { [field]: address } : {};
}

function ofType({ tokentype, smtp_identifier, sms_identifier, motppin }: EnrollOptions): Record<string, unknown> {
  if (tokentype === "email" && smtp_identifier !== undefined) return { smtp_identifier };
  if (tokentype === "sms" && sms_identifier !== undefined) return { sms_identifier };
  return tokentype === "motp" && motppin !== undefined ? { motppin } : {};
}

/** Returns the reason why no code could be sent to a token with these parameters; undefined if there is none. */
function missingAddress({ tokentype }: EnrollOptions, parameters: Record<string, unknown>): string | undefined {
  if (!isSent(tokentype)) return undefined;
  const { field, missing } = sentTypes[tokentype];
  return parameters[field] || parameters[`dynamic_${field}`] ? undefined : missing;
}

function isSent(tokentype: string): tokentype is keyof typeof sentTypes {
  return Object.hasOwn(sentTypes, tokentype);
}
