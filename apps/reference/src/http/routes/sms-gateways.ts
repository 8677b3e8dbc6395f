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
import type { Route } from "../route.js";

/** SMS gateways. Their secrets are written, never read. */
export function smsGatewayRoutes(
  { smsGateways }: Pick<Domain, "smsGateways">,
  services: SmsGatewayServices,
): readonly Route[] {
  const save = async ({ parameters }: ApiCall) => {
    const settings = readSettings(parameters);
    const stored = (await smsGateways.find(settings.name)) && (await smsGateways.access(settings.name));
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
  const secrets: Record<string, string> = {};
  for (const name of secretOptionsOf(provider)) {
    if (options[name] === undefined) continue;
    secrets[name] = options[name];
    delete options[name];
  }
  return {
    name: parameters.required("name"),
    provider,
    description: parameters.text("description") ?? "",
    options,
    headers: {},
    secrets,
  };
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
  const hidden = Object.fromEntries(secretOptions.map((option) => [option, "***"]));
  return { name, providermodule: provider, description, options: { ...options, ...hidden }, headers: {} };
}
