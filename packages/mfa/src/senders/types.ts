/** A stored mail server. */
export interface SmtpServer {
  /** Unique name, `identifier` over the wire. */
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly port: number;
  /** `smtps`: TLS from the start. */
  readonly protocol: "smtp" | "smtps";
  /** STARTTLS: where offered, or else nothing is sent. */
  readonly startTls: "opportunistic" | "required" | "never";
  /** Empty: no authentication. */
  readonly username: string;
  /** Address that mails come from. */
  readonly sender: string;
  /** Seconds that each step of sending may take, up to 3,600. */
  readonly timeout: number;
  /** Connections at once, up to 100. */
  readonly poolSize: number;
}

/** A mail server with what is needed to send. */
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
   * With its password: for sending only.
   *
   * @throws {MfaError} NOT_FOUND
   */
  access(name: string): Promise<SmtpServerAccess>;
  /**
   * Input for trying a server; omitted fields and the password are taken from the stored server.
   *
   * @throws {MfaError} PARAMETER_INVALID the stored password would go to another server, or less protected
   */
  complete(
    server: Given<SmtpServerAccess> & { readonly name: string; readonly host: string },
  ): Promise<SmtpServerAccess>;
  /**
   * Creates or replaces; without a password an existing one is kept, unless the server is another one.
   *
   * @throws {MfaError} PARAMETER_INVALID
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
  /** Kind of gateway: `smpp`, `http`, `smtp`, `script`. */
  readonly provider: string;
  /** Options that are not secret. */
  readonly options: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Names of the options that are set and secret. */
  readonly secretOptions: readonly string[];
}

/** A gateway with all of its options. */
export interface SmsGatewayAccess extends Omit<SmsGateway, "secretOptions"> {
  readonly secrets: Readonly<Record<string, string>>;
}

/** Stored SMS gateways. */
export interface SmsGatewayService {
  list(): Promise<readonly SmsGateway[]>;
  find(name: string): Promise<SmsGateway | null>;
  /**
   * With its secrets: for sending only.
   *
   * @throws {MfaError} NOT_FOUND
   */
  access(name: string): Promise<SmsGatewayAccess>;
  /**
   * Creates or replaces; secrets that are not given are kept, unless they would go to another server. Which options are secrets, the caller knows.
   *
   * @throws {MfaError} PARAMETER_INVALID
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
