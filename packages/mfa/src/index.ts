export { authorize, checkAccess, isRefusal, isSelfService, themselves } from "./access/access.js";
export type { ApiCall } from "./access/api-call.js";
export { noteContainer, oneContainer } from "./access/container-target.js";
export { type LoginRole, loginDetails, uiConfiguration } from "./access/login-details.js";
export type { OwnedObjects } from "./access/owned-objects.js";
export {
  isSelf,
  limitsOfNewTokens,
  newOrOwnToken,
  onlyThemselves,
  ownContainer,
  ownOrFreeContainer,
  ownOrFreeToken,
  ownTokens,
  users,
  without,
} from "./access/ownership.js";
export { noteTokens, oneToken, tokenTarget } from "./access/token-target.js";
export type { Access } from "./access/types.js";
export { containerAdministration } from "./administration/container-administration.js";
export { forwardingServers } from "./administration/forwarding-servers.js";
export { tokenAdministration } from "./administration/token-administration.js";
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
export { namedChannels } from "./channels/channel-pool.js";
export { type Channels, createChannels, type ReceiveReport } from "./channels/channels.js";
export { checkSmsGateway, checkSmtpServer, sendTestMail } from "./channels/check-channels.js";
export { withGatewaySecrets } from "./channels/gateway-secrets.js";
export { mailerConfig } from "./channels/mailer-config.js";
export { gatewayProviders, openSmsGateway } from "./channels/open-sms-gateway.js";
export { fromPrivacyidea, privacyideaProviders } from "./channels/privacyidea-gateways.js";
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
export { maskedValueError } from "./errors/masked-value.js";
export {
  configurationError,
  credentialsError,
  MfaError,
  type MfaErrorCode,
  mfaErrorCodes,
  notAllowedError,
  notFoundError,
  parameterError,
  tokenError,
  userError,
} from "./errors/mfa-error.js";
export type { FederationServer, FederationServerService } from "./federation/federation-servers.js";
export { inspectDomain } from "./inspect-domain.js";
export { challengeListParameters, challengePage } from "./listing/challenge-listing.js";
export { containerListParameters, containerPage } from "./listing/container-listing.js";
export { userParameters } from "./listing/list-parameters.js";
export {
  getSerialParameters,
  tokenFilterOf,
  tokenListAliases,
  tokenListParameters,
  tokenPage,
} from "./listing/token-listing.js";
export type { PushAnswer, PushRequest, PushService } from "./push/types.js";
export {
  type FoundServerKeys,
  inspectServerKeys,
  isServerKey,
  openServerKeys,
  type ServerKeys,
  type ServerKeysOptions,
} from "./secrets/server-keys.js";
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
export type { SettingsService } from "./settings/settings.js";
export type { TokenGroup } from "./tokens/token-groups.js";
export { randomPin, tokenChangesOf, tokenLimitAliases, tokenLimitParameters } from "./tokens/token-settings.js";
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
export { type PasswordStrength, passwordStrength } from "./users/password-strength.js";
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
export { maxUserPage } from "./users/user-cursor.js";
export { limits } from "./values/limits.js";
export { normalizeParameters, type ParameterNames, serialsOf } from "./values/normalize-parameters.js";
export { pageOf } from "./values/paging.js";
export { ParameterReader } from "./values/parameter-reader.js";
export { decodeValues } from "./values/percent.js";
export { eachInTurn } from "./values/turns.js";
