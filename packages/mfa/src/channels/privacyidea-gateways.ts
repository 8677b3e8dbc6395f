import { problemMessage } from "@bookend/core";
import { parameterError } from "../errors/mfa-error.js";

/** A parameter of a privacyIDEA gateway. */
interface Parameter {
  /** The corresponding option of the stored gateway. */
  readonly option: string;
  readonly required?: true;
  readonly description: string;
  /** The allowed values. @default anything */
  readonly values?: readonly string[];
  /** Converts the value of the parameter to the value of the option. @default no conversion */
  readonly read?: (value: string) => string;
}

/** A provider module of privacyIDEA, with the corresponding kind of gateway. */
interface Provider {
  readonly kind: "smpp" | "http" | "smtp" | "script";
  /** Whether other options are sent as parameters of the request, and headers are supported. */
  readonly open: boolean;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

const yesOrNo = (value: string) => String(value === "yes");
const regexp: Parameter = { option: "rewrite", description: "Changes the phone number: /expression/replacement/." };

/**
 * Provider modules of privacyIDEA by the names that its clients use. Source: sms_gateway_config of its documentation.
 */
const privacyideaGateways: Readonly<Record<string, Provider>> = {
  "privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider": {
    kind: "http",
    open: true,
    parameters: {
      URL: { option: "url", required: true, description: "URL of the HTTP service." },
      HTTP_METHOD: { option: "method", required: true, values: ["GET", "POST"], description: "Method of the request." },
      RETURN_SUCCESS: { option: "returnSuccess", description: "Text that the response must contain." },
      RETURN_FAIL: { option: "returnFail", description: "Text that the response must not contain." },
      USERNAME: { option: "user", description: "User name for basic authentication." },
      PASSWORD: { option: "password", description: "Password for basic authentication." },
      CHECK_SSL: {
        option: "rejectUnauthorized",
        values: ["yes", "no"],
        read: yesOrNo,
        description: "Whether the certificate of the service is checked.",
      },
      TIMEOUT: {
        option: "timeoutMs",
        read: (seconds) => String(Number(seconds) * 1000),
        description: "Seconds to wait for the service.",
      },
      REGEXP: regexp,
    },
  },
  "privacyidea.lib.smsprovider.SmtpSMSProvider.SmtpSMSProvider": {
    kind: "smtp",
    open: false,
    parameters: {
      IDENTIFIER: { option: "server", required: true, description: "Name of a configured SMTP server." },
      MAILTO: { option: "recipient", required: true, description: "Recipient of the mail, with {phone} or {otp}." },
      SUBJECT: { option: "subject", description: "Subject of the mail, with {phone} or {otp}." },
      BODY: { option: "body", description: "Body of the mail, with {phone} or {otp}." },
      REGEXP: regexp,
    },
  },
  "privacyidea.lib.smsprovider.SmppSMSProvider.SmppSMSProvider": {
    kind: "smpp",
    open: false,
    parameters: {
      SMSC_HOST: { option: "host", required: true, description: "Host of the SMS center." },
      SMSC_PORT: { option: "port", required: true, description: "Port of the SMS center." },
      SYSTEM_ID: { option: "systemId", required: true, description: "Name to log in with." },
      PASSWORD: { option: "password", description: "Password to log in with." },
      S_ADDR_TON: { option: "sourceTon", description: "Type of number of the sender." },
      S_ADDR_NPI: { option: "sourceNpi", description: "Numbering plan of the sender." },
      S_ADDR: { option: "sourceAddress", description: "Number or name of the sender." },
      D_ADDR_TON: { option: "destinationTon", description: "Type of number of the recipient." },
      D_ADDR_NPI: { option: "destinationNpi", description: "Numbering plan of the recipient." },
      REGEXP: regexp,
    },
  },
  "privacyidea.lib.smsprovider.ScriptSMSProvider.ScriptSMSProvider": {
    kind: "script",
    open: false,
    parameters: {
      SCRIPT: { option: "script", required: true, description: "Name of an executable in the script directory." },
      REGEXP: regexp,
    },
  },
};

/** The description of a provider, in privacyIDEA's format. */
interface ProviderDescription {
  /** Whether options with other names are sent as parameters of the request. */
  readonly options_allowed: boolean;
  readonly headers_allowed: boolean;
  readonly parameters: Readonly<
    Record<string, { readonly required: boolean; readonly description: string; readonly values?: readonly string[] }>
  >;
}

/** Returns the providers by privacyIDEA's names, with the parameters of each, for forms. */
export function privacyideaProviders(): Readonly<Record<string, ProviderDescription>> {
  return Object.fromEntries(
    Object.entries(privacyideaGateways).map(([name, { open, parameters }]) => [
      name,
      {
        options_allowed: open,
        headers_allowed: open,
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([parameter, { required = false, description, values }]) => [
            parameter,
            { required, description, ...(values && { values }) },
          ]),
        ),
      },
    ]),
  );
}

/**
 * Converts a gateway with privacyIDEA's names to the names that are stored here. A gateway that already has these names
 * is returned unchanged. Options of an HTTP provider that are sent as parameters of the request become
 * `secretParameters`, since one of them is often a password.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function fromPrivacyidea(
  provider: string,
  given: Readonly<Record<string, string>>,
): { readonly provider: string; readonly options: Readonly<Record<string, string>> } {
  const known = Object.hasOwn(privacyideaGateways, provider) ? privacyideaGateways[provider] : undefined;
  if (known === undefined) return { provider, options: given };
  const { kind, open, parameters } = known;
  const options: Record<string, string> = {};
  const sent: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    // forms send unset options as empty strings
    if (value === "") continue;
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter !== undefined) options[parameter.option] = readParameter(name, parameter, value);
    else if (open && !unsupported.test(name)) sent[name] = value;
    else
      throw parameterError(
        problemMessage("there is no such option", Object.keys(parameters).join(", "), `option.${name}`),
      );
  }
  const missing = Object.keys(parameters).find((name) => parameters[name]?.required && !given[name]);
  if (missing !== undefined) throw parameterError(problemMessage("is missing", "a value", `option.${missing}`));
  if (Object.keys(sent).length > 0) options.secretParameters = JSON.stringify(sent);
  return { provider: kind, options };
}

/**
 * Parameters of privacyIDEA's HTTP provider without a counterpart. They are refused, since they would otherwise be sent
 * to the service.
 */
const unsupported = /^(?:PROXY|HTTP_PROXY|HTTPS_PROXY|PARAMETER)$/;

function readParameter(name: string, { values, read = (given) => given }: Parameter, value: string): string {
  if (values === undefined || values.includes(value)) return read(value);
  throw parameterError(problemMessage(`is ${JSON.stringify(value)}`, values.join(", "), `option.${name}`));
}
