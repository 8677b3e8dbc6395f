import { type SmppGatewayConfig, type SmsGateway, smppGateway, smppGatewayConfig } from "@bookend/messaging";
import { z } from "zod";
import { parameterError, type SmsGatewayAccess } from "../domain/index.js";

const schemas: Readonly<Record<string, z.ZodType>> = { smpp: smppGatewayConfig };

/** Kinds of gateways: the JSON Schema of the options of each. */
export const gatewayProviders = Object.fromEntries(
  Object.entries(schemas).map(([kind, schema]) => [
    kind,
    z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
  ]),
);

/** Names of the options of a kind that are kept encrypted and never shown. */
export function secretOptionsOf(provider: string): readonly string[] {
  const { properties = {} } = gatewayProviders[provider] ?? {};
  return Object.entries(properties)
    .filter(([, property]) => typeof property === "object" && property["x-secret"] === true)
    .map(([name]) => name);
}

/** Opens a stored gateway; it connects when the first message is sent. Throws a `DomainError` 905, or a `MessagingError`. */
export function openSmsGateway({ provider, options, secrets }: SmsGatewayAccess): SmsGateway {
  const settings = { kind: provider, ...options, ...secrets };
  if (provider === "smpp") return smppGateway(settings as SmppGatewayConfig);
  throw parameterError(`The kind of an SMS gateway has to be one of ${Object.keys(schemas).join(", ")}.`);
}
