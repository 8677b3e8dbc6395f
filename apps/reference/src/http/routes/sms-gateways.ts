import { redactionBy, secretMark } from "@bookend/core";
import { MessagingError, type SmsGatewayServices } from "@bookend/messaging";
import {
  type ApiCall,
  type Domain,
  gatewayProviders,
  openSmsGateway,
  type ParameterReader,
  parameterError,
  type SmsGateway,
  type SmsGatewayAccess,
  secretOptionsOf,
} from "@bookend/mfa";
import { maskedValueError } from "../masked-value.js";
import type { Route } from "../route.js";

/** SMS gateways. Their secrets are written, never read. */
export function smsGatewayRoutes(
  { smsGateways }: Pick<Domain, "smsGateways">,
  services: SmsGatewayServices,
): readonly Route[] {
  const save = async ({ parameters }: ApiCall) => {
    const given = readSettings(parameters);
    const stored = (await smsGateways.find(given.name)) && (await smsGateways.access(given.name));
    const settings = withSecrets(given, stored);
    await check(services, { ...settings, secrets: { ...stored?.secrets, ...settings.secrets } });
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
      run: async () => ({ value: gatewayProviders }),
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
  const provider = parameters.required("module");
  const options = { ...parameters.group("option.") };
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

/** Takes the secrets out of the options. One that came as it was shown is unchanged, and not given again. */
function withSecrets(given: SmsGatewayAccess, stored: SmsGatewayAccess | null): SmsGatewayAccess {
  const { provider } = given;
  const known = stored?.provider === provider ? { ...stored.options, ...stored.secrets } : {};
  const { values, missing } = redactionBy(gatewayProviders[provider] ?? {}).restore(given.options, known);
  for (const name of missing) throw maskedValueError(`option.${name}`, given.options[name]);
  const options = { ...(values as Record<string, string>) };
  const secrets: Record<string, string> = {};
  for (const name of secretOptionsOf(provider)) {
    const value = options[name];
    if (value === undefined) continue;
    delete options[name];
    if (value === given.options[name]) secrets[name] = value;
  }
  return { ...given, options, secrets };
}

/** Opens it, which connects to nowhere. */
async function check(services: SmsGatewayServices, settings: SmsGatewayAccess): Promise<void> {
  try {
    await openSmsGateway(settings, services).close();
  } catch (error) {
    if (error instanceof MessagingError) throw parameterError(error.message);
    throw error;
  }
}

function describe({ name, provider, description, options, secretOptions }: SmsGateway) {
  const hidden = Object.fromEntries(secretOptions.map((option) => [option, secretMark]));
  const shown = redactionBy(gatewayProviders[provider] ?? {}).redact(options);
  return { name, providermodule: provider, description, options: { ...shown, ...hidden }, headers: {} };
}
