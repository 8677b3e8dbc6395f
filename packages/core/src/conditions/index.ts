export { baseConditions } from "./base-conditions.js";
export { challengeExpired, challengeSession } from "./challenge.js";
export {
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
export { countAuth, countAuthFail, countAuthSuccess, counter, failcounter, otpCounter } from "./counter.js";
export {
  clientIp,
  detailErrorMessage,
  detailMessage,
  resultAuthentication,
  resultStatus,
  resultValue,
} from "./general.js";
export {
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
export { loggedInUser, realm, resolver, userContainerNumber, userInfo, userTokenNumber } from "./user.js";
