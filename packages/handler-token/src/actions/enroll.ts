import {
  type ActionCheckContext,
  type ActionContext,
  type CallUser,
  defineAction,
  done,
  failed,
  type Outcome,
} from "@bookend/core";
import { flag, form, optional, optionalText, secret, text, withDefault } from "@bookend/zod";
import { z } from "zod";
import { additionalParams } from "../additional-params.js";
import { choicesOf } from "../choices-of.js";
import { secretParameterProblems } from "../secret-parameter-problems.js";
import type { TokenAdministration, TokenChoices } from "../token-administration.js";

const only = (tokentype: string) => form({ visibleIf: { option: "tokentype", value: tokentype } });

/** Options of `enroll`. */
const options = z.strictObject({
  tokentype: text().describe("Type of the token."),
  user: withDefault(flag(), false).describe("Assign it to the user of the call, or to the token's owner. Default: no."),
  realm: optionalText().describe("Realm of the token."),
  dynamic_phone: withDefault(flag(), false)
    .meta(only("sms"))
    .describe("Look up the owner's mobile number each time. Default: no, the user's present number is kept."),
  dynamic_email: withDefault(flag(), false)
    .meta(only("email"))
    .describe("Look up the owner's address each time. Default: no, the user's present address is kept."),
  smtp_identifier: optionalText().meta(only("email")).describe("Name of the SMTP server that sends its codes."),
  sms_identifier: optionalText().meta(only("sms")).describe("Name of the SMS gateway that sends its codes."),
  motppin: optional(secret()).meta(only("motp")).describe("The mOTP PIN."),
  container: withDefault(flag(), false).describe("Put it into the container of the call. Default: no."),
  additional_params: optional(additionalParams()).describe(
    "More parameters, a mapping in JSON or YAML. They override those that follow from the other options; genkey is 1 by default.",
  ),
});

type EnrollOptions = z.output<typeof options>;

/** Token types that a code is sent to, and how they are told where to. */
const sentTypes = {
  sms: { field: "phone", attribute: "mobile", missing: "The user has no mobile number." },
  email: { field: "email", attribute: "email", missing: "The user has no email address." },
} as const;

/** `enroll`: enrols a token. */
export function enroll(tokens: TokenAdministration, choices: TokenChoices) {
  return defineAction({
    description: "Enrols a new token.",
    options,
    changes: ["tokens", "containers"],
    choices: choicesOf({
      tokentype: choices.types,
      realm: choices.realms,
      smtp_identifier: choices.smtpServers,
      sms_identifier: choices.smsGateways,
    }),
    check: (context: ActionCheckContext<EnrollOptions>) =>
      secretParameterProblems("additional_params", context.options.additional_params),
    async run({ options: given, facts }: ActionContext<EnrollOptions>): Promise<Outcome> {
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

/** Where a code is sent to: looked up each time, or what the user has now. */
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

/** Why nothing could be sent to a token with these parameters, if so. */
function missingAddress({ tokentype }: EnrollOptions, parameters: Record<string, unknown>): string | undefined {
  if (!isSent(tokentype)) return undefined;
  const { field, missing } = sentTypes[tokentype];
  return parameters[field] || parameters[`dynamic_${field}`] ? undefined : missing;
}

function isSent(tokentype: string): tokentype is keyof typeof sentTypes {
  return Object.hasOwn(sentTypes, tokentype);
}
