import type { TokenTable } from "../database/schema.js";
import { configurationError } from "../errors/mfa-error.js";
import type { SettingsService } from "../settings/settings.js";
import type { UserService } from "../users/types.js";
import type {
  OtpMail,
  OtpSms,
  SmsGatewayAccess,
  SmsGatewayService,
  SmtpServerAccess,
  SmtpServerService,
} from "./types.js";

/** The token for which a code is sent. */
export interface SendingToken {
  readonly row: Pick<TokenTable, "serial" | "owner_id" | "owner_resolver" | "owner_realm">;
  readonly info: Readonly<Record<string, string>>;
}

/** Sends the codes of challenges to the owners of tokens. */
export interface CodeSender {
  /** @throws {MfaError} CONFIGURATION_INVALID if there is no address or no server */
  mail(token: SendingToken, code: string): Promise<void>;
  /** @throws {MfaError} CONFIGURATION_INVALID if there is no number or no gateway */
  sms(token: SendingToken, code: string): Promise<void>;
}

/** The dependencies of a code sender. */
export interface CodeSenderOptions {
  readonly users: UserService;
  readonly settings: SettingsService;
  readonly smtpServers: SmtpServerService;
  readonly smsGateways: SmsGatewayService;
  readonly sendMail: (server: SmtpServerAccess, message: OtpMail) => Promise<void>;
  readonly sendSms: (gateway: SmsGatewayAccess, message: OtpSms) => Promise<void>;
}

/** Creates a sender that uses the server or gateway that the token or a setting names, or the only one that exists. */
export function createCodeSender(options: CodeSenderOptions): CodeSender {
  const { users, settings, smtpServers, smsGateways, sendMail, sendSms } = options;

  /** Returns the address in the tokeninfo or, if the field `dynamic_…` is true, the current address of the owner. */
  const recipient = async ({ row, info }: SendingToken, field: "email" | "phone", attribute: "email" | "mobile") => {
    if (!/^(true|1)$/i.test(info[`dynamic_${field}`] ?? "")) return info[field];
    if (row.owner_id === null) return undefined;
    const owner = await users.findById(row.owner_resolver ?? "", row.owner_id, row.owner_realm ?? "");
    return owner?.attributes[attribute];
  };

  const nameOf = async (token: SendingToken, kind: "email" | "sms", existing: readonly { readonly name: string }[]) => {
    const chosen = token.info[`${kind}.identifier`] ?? (await settings.get(`${kind}.identifier`));
    if (chosen !== undefined) return chosen;
    if (existing.length === 1 && existing[0]) return existing[0].name;
    throw configurationError(`The setting ${kind}.identifier must name the sender that ${kind} tokens use.`);
  };

  const text = async (key: string, fallback: string, token: SendingToken, code: string) =>
    ((await settings.get(key)) ?? fallback).replace(/\{(otp|serial)\}/g, (_, tag) =>
      tag === "otp" ? code : token.row.serial,
    );

  return {
    async mail(token, code) {
      const to = await recipient(token, "email", "email");
      if (!to) throw configurationError("There is no address to send the code to.");
      const server = await smtpServers.access(await nameOf(token, "email", await smtpServers.list()));
      await sendMail(server, {
        to,
        subject: await text("email.subject", "Your one-time code", token, code),
        text: await text("email.text", "Your one-time code is {otp}", token, code),
      });
    },
    async sms(token, code) {
      const to = await recipient(token, "phone", "mobile");
      if (!to) throw configurationError("There is no number to send the code to.");
      const gateway = await smsGateways.access(await nameOf(token, "sms", await smsGateways.list()));
      await sendSms(gateway, { to, text: await text("sms.text", "Your one-time code is {otp}", token, code) });
    },
  };
}
