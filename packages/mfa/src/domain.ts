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

/** Dependencies of the domain besides its database. */
export interface DomainOptions {
  /** 32 bytes; encrypts OTP keys and stored passwords. */
  readonly secretKey: Uint8Array;
  /** Former keys, for what was encrypted with them. */
  readonly formerKeys?: readonly Uint8Array[] | undefined;
  readonly clock?: (() => Date) | undefined;
  /** Returns this number of random bytes. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Cost of argon2: memory in KiB, passes, lanes. */
  readonly hashCost?: { readonly memory: number; readonly time: number; readonly parallelism: number } | undefined;
  /** Rejects when it could not be handed over. */
  readonly sendMail: (server: SmtpServerAccess, message: OtpMail) => Promise<void>;
  /** Rejects when it could not be handed over. */
  readonly sendSms: (gateway: SmsGatewayAccess, message: OtpSms) => Promise<void>;
  /** Issuer in key URIs; default `Bookend`. */
  readonly issuer?: string | undefined;
  /** Where clients reach this server, for apps that push tokens are enrolled in; default `http://127.0.0.1:8080`. */
  readonly url?: string | undefined;
  /** Seconds that a challenge stays open; default 120. */
  readonly challengeValidity?: number | undefined;
  /** Characters that a password of an administrator must have when it is set; at most 128. Default 12. */
  readonly minAdminPasswordLength?: number | undefined;
  /** How many tokens a user may have who enrols another one; administrators have no limit. Default 50. */
  readonly maxTokensPerUser?: number | undefined;
  /** How many challenges of a user may be open. Default 10. */
  readonly maxChallengesPerUser?: number | undefined;
  /** Where files of a `passwdresolver` are. Default: nowhere. */
  readonly passwdDirectory?: string | undefined;
  readonly logger?: Logger | undefined;
}

/** The directories of `createBookend` on these services. */
export interface DomainDirectories {
  readonly users: Required<UserDirectory>;
  readonly tokens: Required<TokenDirectory>;
  readonly containers: Required<ContainerDirectory>;
  readonly challenges: ChallengeDirectory;
}

/** Realms, users, admins, tokens, containers and how they authenticate. */
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
