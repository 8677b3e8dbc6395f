import { parseJson, ValueError } from "@bookend/core";
import {
  createSmsGateway,
  httpGatewayConfig,
  type SmsGateway,
  type SmsGatewayConfig,
  type SmsGatewayServices,
  scriptGatewayConfig,
  smppGatewayConfig,
  smtpGatewayConfig,
} from "@bookend/messaging";
import { z } from "zod";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";
import type { SmsGatewayAccess } from "../senders/types.js";

const schemas = {
  smpp: smppGatewayConfig,
  http: httpGatewayConfig,
  smtp: smtpGatewayConfig,
  script: scriptGatewayConfig,
} as const;

/** The kinds of gateways, with the JSON Schemas of their options. */
export const gatewayProviders: Readonly<Record<string, z.core.JSONSchema.BaseSchema>> = Object.fromEntries(
  Object.entries(schemas).map(([kind, schema]) => [
    kind,
    z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
  ]),
);

/** Returns the names of the options of this kind of gateway that are stored encrypted and never shown. */
export function secretOptionsOf(provider: string): readonly string[] {
  return optionsWhere(provider, (option) => option["x-secret"] === true);
}

/**
 * Opens a stored gateway. The gateway connects when the first message is sent. Options that are objects are parsed,
 * since they are stored as JSON.
 *
 * @throws {MfaError} PARAMETER_INVALID
 * @throws {MessagingError} INVALID_CONFIG
 */
export function openSmsGateway(
  { provider, options, secrets }: Pick<SmsGatewayAccess, "provider" | "options" | "secrets">,
  services: SmsGatewayServices,
): SmsGateway {
  if (!Object.hasOwn(schemas, provider)) {
    throw invalidValue("provider", provider, Object.keys(schemas).join(", "));
  }
  const settings: Record<string, unknown> = { kind: provider, ...options, ...secrets };
  for (const name of optionsWhere(provider, (option) => option.type === "object")) {
    if (typeof settings[name] === "string") settings[name] = parseObject(name, settings[name]);
  }
  return createSmsGateway(settings as SmsGatewayConfig, services);
}

function optionsWhere(provider: string, holds: (option: z.core.JSONSchema.BaseSchema) => boolean): readonly string[] {
  const { properties = {} } = gatewayProviders[provider] ?? {};
  return Object.entries(properties)
    .filter(([, option]) => typeof option === "object" && holds(option))
    .map(([name]) => name);
}

function parseObject(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof ValueError) throw parameterError(`The option ${name} ${error.message}`);
    throw error;
  }
}
