import type { Condition } from "../definitions/condition.js";
import { freezeDeep } from "../internal/freeze-deep.js";
import { header, httpStatus, parameter, response } from "./call.js";
import { challengeExpired, challengeSession } from "./challenge.js";
import {
  containerExactState,
  containerHasOwner,
  containerHasToken,
  containerInfo,
  containerLastAuthentication,
  containerLastSynchronization,
  containerRealm,
  containerResolver,
  containerState,
  containerType,
} from "./container.js";
import { countAuth, countAuthFail, countAuthSuccess, counter, failcounter, otpCounter } from "./counter.js";
import {
  clientIp,
  detailErrorMessage,
  detailMessage,
  resultAuthentication,
  resultStatus,
  resultValue,
} from "./general.js";
import {
  lastAuth,
  rolloutState,
  serial,
  tokenHasOwner,
  tokenIsInContainer,
  tokenIsOrphaned,
  tokeninfo,
  tokenLocked,
  tokenrealm,
  tokenresolver,
  tokentype,
  tokenValidityPeriod,
} from "./token.js";
import {
  actor,
  actorRole,
  actorRoleAmong,
  loggedInUser,
  realm,
  resolver,
  userContainerNumber,
  userInfo,
  userTokenNumber,
} from "./user.js";

/**
 * The conditions that every handler offers, in the order in which forms show them. Source: privacyIDEA's documentation
 * of event handlers, including the additions of 3.14; those from `http_status` to `actor` are specific to Bookend.
 */
export const baseConditions: readonly Condition[] = freezeDeep([
  clientIp,
  resultStatus,
  resultValue,
  resultAuthentication,
  detailMessage,
  detailErrorMessage,
  httpStatus,
  parameter,
  response,
  header,
  actorRole,
  actor,
  loggedInUser,
  realm,
  resolver,
  userInfo,
  userTokenNumber,
  userContainerNumber,
  tokentype,
  tokenrealm,
  tokenresolver,
  serial,
  tokenHasOwner,
  tokenIsOrphaned,
  tokenLocked,
  tokenValidityPeriod,
  tokenIsInContainer,
  tokeninfo,
  rolloutState,
  lastAuth,
  countAuth,
  countAuthSuccess,
  countAuthFail,
  failcounter,
  otpCounter,
  counter,
  challengeSession,
  challengeExpired,
  containerState,
  containerExactState,
  containerHasOwner,
  containerType,
  containerHasToken,
  containerRealm,
  containerResolver,
  containerInfo,
  containerLastAuthentication,
  containerLastSynchronization,
]);

/** Returns the base conditions for a host. If the host declares its roles, `actor_role` accepts only those. */
export function baseConditionsOf({ roles }: { readonly roles?: readonly string[] | undefined }): readonly Condition[] {
  if (!roles) return baseConditions;
  const declared = freezeDeep(actorRoleAmong(Object.freeze([...roles])));
  return baseConditions.map((condition) => (condition.name === declared.name ? declared : condition));
}
