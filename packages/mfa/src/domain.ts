import type { ChallengeDirectory, ContainerDirectory, Logger, TokenDirectory, UserDirectory } from "@bookend/core";
import type { AuthenticationService, ChallengeService } from "./authentication/types.js";
import type { ContainerService } from "./containers/types.js";
import type { FederationServerService } from "./federation/federation-servers.js";
import type { PushService } from "./push/types.js";
import type {
  OtpMail,
  OtpSms,
  SmsGatewayAccess,
  SmsGatewayService,
  SmtpServerAccess,
  SmtpServerService,
} from "./senders/types.js";
import type { SettingsService } from "./settings/settings.js";
import type { TokenApplicationService } from "./tokens/token-applications.js";
import type { TokenGroupService } from "./tokens/token-groups.js";
import type { TokenService } from "./tokens/types.js";
import type { AdminService, RealmService, ResolverService, UserService } from "./users/types.js";

/** Dependencies of the domain other than its database. */
export interface DomainOptions {
  /** 32 bytes; encrypts OTP keys and stored passwords. */
  readonly secretKey: Uint8Array;
  /** Former keys, for data that was encrypted with them. */
  readonly formerKeys?: readonly Uint8Array[] | undefined;
  readonly clock?: (() => Date) | undefined;
  /** Returns `size` random bytes. @default those of `node:crypto` */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Cost of argon2: memory in KiB, passes, lanes. */
  readonly hashCost?: { readonly memory: number; readonly time: number; readonly parallelism: number } | undefined;
  /** Sends a mail with a code. Rejects if the mail server did not accept it. */
  readonly sendMail: (server: SmtpServerAccess, message: OtpMail) => Promise<void>;
  /** Sends an SMS with a code. Rejects if the gateway did not accept it. */
  readonly sendSms: (gateway: SmsGatewayAccess, message: OtpSms) => Promise<void>;
  /** Issuer in key URIs. @default `Bookend` */
  readonly issuer?: string | undefined;
  /** Public URL of this server, for apps with push tokens. @default `http://127.0.0.1:8080` */
  readonly url?: string | undefined;
  /** Seconds for which a challenge stays open. @default 120 */
  readonly challengeValidity?: number | undefined;
  /** Minimum length of new passwords of administrators in characters; at most 128. @default 12 */
  readonly minAdminPasswordLength?: number | undefined;
  /**
   * Maximum number of tokens that users can have if they enroll tokens themselves. The limit does not apply to
   * administrators. @default 50
   */
  readonly maxTokensPerUser?: number | undefined;
  /** Maximum number of open challenges of a user. @default 10 */
  readonly maxChallengesPerUser?: number | undefined;
  /** Directory with the files of `passwdresolver`s. @default none */
  readonly passwdDirectory?: string | undefined;
  readonly logger?: Logger | undefined;
}

/** The option `directories` of `createBookend`, implemented with the services of the domain. */
export interface DomainDirectories {
  readonly users: Required<UserDirectory>;
  readonly tokens: Required<TokenDirectory>;
  readonly containers: Required<ContainerDirectory>;
  readonly challenges: ChallengeDirectory;
}

/** The domain: realms, users, admins, tokens, containers and authentication. */
export interface Domain {
  readonly settings: SettingsService;
  readonly realms: RealmService;
  readonly resolvers: ResolverService;
  readonly users: UserService;
  readonly admins: AdminService;
  readonly tokens: TokenService;
  readonly tokenGroups: TokenGroupService;
  readonly tokenApplications: TokenApplicationService;
  readonly containers: ContainerService;
  readonly challenges: ChallengeService;
  readonly authentication: AuthenticationService;
  readonly push: PushService;
  readonly smtpServers: SmtpServerService;
  readonly smsGateways: SmsGatewayService;
  readonly federationServers: FederationServerService;
  readonly directories: DomainDirectories;
}
