export type {
  AuthenticationAttempt,
  AuthenticationDetail,
  AuthenticationResult,
  AuthenticationService,
  ChallengeDetail,
  ChallengeService,
  PollResult,
  Verdict,
} from "./authentication/types.js";
export { containerStates } from "./containers/container-states.js";
export type {
  ContainerFilter,
  ContainerPage,
  ContainerRecord,
  ContainerRegistration,
  ContainerService,
  ContainerSort,
  ContainerTypeInfo,
  NewContainer,
  RegistrationAnswer,
  RegistrationOffer,
} from "./containers/types.js";
export { createDomain } from "./create-domain.js";
export type { DomainSchema } from "./database/schema.js";
export type { Domain, DomainDirectories, DomainOptions } from "./domain.js";
export {
  configurationError,
  credentialsError,
  MfaError,
  type MfaErrorCode,
  mfaErrorCodes,
  notFoundError,
  parameterError,
  tokenError,
  userError,
} from "./errors/mfa-error.js";
export type { FederationServer, FederationServerService } from "./federation/federation-servers.js";
export type { PushAnswer, PushRequest, PushService } from "./push/types.js";
export type {
  Given,
  OtpMail,
  OtpSms,
  SmsGateway,
  SmsGatewayAccess,
  SmsGatewayService,
  SmtpServer,
  SmtpServerAccess,
  SmtpServerService,
} from "./senders/types.js";
export { createSessions, type SessionHolder, type SessionOptions, type Sessions } from "./sessions/sessions.js";
export type { TokenGroup } from "./tokens/token-groups.js";
export type {
  ByWhom,
  EnrolmentCode,
  InitDetail,
  LostTokenReplacement,
  TokenChanges,
  TokenFilter,
  TokenPage,
  TokenRecord,
  TokenService,
  TokenSort,
  TokenTarget,
  TokenTypeInfo,
} from "./tokens/types.js";
export type {
  Admin,
  AdminService,
  Realm,
  RealmResolver,
  RealmService,
  Resolver,
  ResolverService,
  ResolverType,
  UserChanges,
  UserCredential,
  UserFilter,
  UserRecord,
  UserService,
} from "./users/types.js";
