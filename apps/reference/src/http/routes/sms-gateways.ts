import { redactionBy, secretMark } from "@bookend/core";
import type { SmsGatewayServices } from "@bookend/messaging";
import {
  type ApiCall,
  checkSmsGateway,
  type Domain,
  fromPrivacyidea,
  gatewayProviders,
  type ParameterReader,
  privacyideaProviders,
  type SmsGateway,
  type SmsGatewayAccess,
  withGatewaySecrets,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for SMS gateways. Their secrets can be written, but not read. */
export function smsGatewayRoutes(
  { smsGateways }: Pick<Domain, "smsGateways">,
  services: SmsGatewayServices,
): readonly Route[] {
  const save = async ({ parameters }: ApiCall) => {
    const given = readSettings(parameters);
    const stored = (await smsGateways.find(given.name)) && (await smsGateways.access(given.name));
    const settings = withGatewaySecrets(given, stored);
    await checkSmsGateway({ ...settings, secrets: { ...stored?.secrets, ...settings.secrets } }, services);
    await smsGateways.save(settings);
    return { value: 1 };
  };
  return [
    {
      method: "GET",
      path: "/smsgateway/",
      access: "admin",
      run: async () => ({ value: (await smsGateways.list()).map(describe) }),
    },
    {
      method: "GET",
      path: "/smsgateway/providers",
      access: "admin",
      run: async () => ({ value: privacyideaProviders() }),
    },
    { method: "POST", path: "/smsgateway/", access: "admin", run: save },
    { method: "POST", path: "/smsgateway/:name", access: "admin", run: save },
    {
      method: "DELETE",
      path: "/smsgateway/:name",
      access: "admin",
      async run({ parameters }) {
        await smsGateways.delete(parameters.required("name"));
        return { value: 1 };
      },
    },
  ];
}

function readSettings(parameters: ParameterReader): SmsGatewayAccess {
  const { provider, options: given } = fromPrivacyidea(parameters.required("module"), parameters.group("option."));
  const options: Record<string, string> = { ...given };
  const headers = parameters.group("header.");
  if (Object.keys(headers).length > 0) options.headers = JSON.stringify(headers);
  return {
    name: parameters.required("name"),
    provider,
    description: parameters.text("description") ?? "",
    options,
    headers: {},
    secrets: {},
  };
}

function describe({ name, provider, description, options, secretOptions }: SmsGateway) {
  const hidden = Object.fromEntries(secretOptions.map((option) => [option, secretMark]));
  const shown = redactionBy(gatewayProviders[provider] ?? {}).redact(options);
  return { name, providermodule: provider, description, options: { ...shown, ...hidden }, headers: {} };
}
