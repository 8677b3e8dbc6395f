/** A stored mail server. */
export interface SmtpServer {
  /** Unique name; called `identifier` in the API. */
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly port: number;
  /** Whether to use TLS from the start (`smtps`). */
  readonly protocol: "smtp" | "smtps";
  /** `required`: nothing is sent without STARTTLS; `opportunistic`: STARTTLS is used if the server offers it. */
  readonly startTls: "opportunistic" | "required" | "never";
  /** User name; empty for no authentication. */
  readonly username: string;
  /** Sender address of mails. */
  readonly sender: string;
  /** Maximum seconds for each step of sending, up to 3,600. */
  readonly timeout: number;
  /** Maximum number of concurrent connections, up to 100. */
  readonly poolSize: number;
}

/** A mail server with its password. */
export interface SmtpServerAccess extends SmtpServer {
  readonly password: string;
}

/** Input for saving; omitted fields get their defaults. */
export type Given<Stored> = { readonly [Key in keyof Stored]?: Stored[Key] | undefined };

/** Stored mail servers. */
export interface SmtpServerService {
  list(): Promise<readonly SmtpServer[]>;
  find(name: string): Promise<SmtpServer | null>;
  /**
   * Returns a server with its password, for sending only.
   *
   * @throws {MfaError} NOT_FOUND
   */
  access(name: string): Promise<SmtpServerAccess>;
  /**
   * Completes the input for testing a server: omitted fields and the password are taken from the stored server.
   *
   * @throws {MfaError} PARAMETER_INVALID if the stored password would be sent to a different server, or with less
   * protection
   */
  complete(
    server: Given<SmtpServerAccess> & { readonly name: string; readonly host: string },
  ): Promise<SmtpServerAccess>;
  /**
   * Creates or replaces a server. Without a password, the stored one is kept.
   *
   * @throws {MfaError} PARAMETER_INVALID, including a missing password if the stored one would be sent to a different
   * server, or with less protection
   */
  save(server: Given<SmtpServerAccess> & { readonly name: string; readonly host: string }): Promise<SmtpServer>;
  /** @throws {MfaError} NOT_FOUND */
  delete(name: string): Promise<void>;
}

/** A stored SMS gateway. */
export interface SmsGateway {
  /** Unique name. */
  readonly name: string;
  readonly description: string;
  /** Kind of the gateway: `smpp`, `http`, `smtp`, `script`. */
  readonly provider: string;
  /** The options that are not secret. */
  readonly options: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Names of the options that are set and secret. */
  readonly secretOptions: readonly string[];
}

/** A gateway with its secret options. */
export interface SmsGatewayAccess extends Omit<SmsGateway, "secretOptions"> {
  readonly secrets: Readonly<Record<string, string>>;
}

/** Stored SMS gateways. */
export interface SmsGatewayService {
  list(): Promise<readonly SmsGateway[]>;
  find(name: string): Promise<SmsGateway | null>;
  /**
   * Returns a gateway with its secrets, for sending only.
   *
   * @throws {MfaError} NOT_FOUND
   */
  access(name: string): Promise<SmsGatewayAccess>;
  /**
   * Creates or replaces a gateway. Omitted secrets are kept. The caller decides which options are secret.
   *
   * @throws {MfaError} PARAMETER_INVALID, including an omitted secret that would be sent to a different server, or with
   * less protection
   */
  save(gateway: Given<SmsGatewayAccess> & { readonly name: string; readonly provider: string }): Promise<SmsGateway>;
  /** @throws {MfaError} NOT_FOUND */
  delete(name: string): Promise<void>;
}

/** A mail that an email token sends. */
export interface OtpMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** An SMS that an sms token sends. */
export interface OtpSms {
  readonly to: string;
  readonly text: string;
}
