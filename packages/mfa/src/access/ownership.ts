import type { UserRef } from "@bookend/core";
import { notAllowedError } from "../errors/mfa-error.js";
import { serialsOf } from "../values/normalize-parameters.js";
import type { ApiCall } from "./api-call.js";
import type { OwnershipRule, UsersAccess } from "./types.js";

/** Grants access to admins, and to users if every rule allows the call. */
export function users(rule: OwnershipRule, ...more: readonly OwnershipRule[]): UsersAccess {
  return { rules: [rule, ...more] };
}

/**
 * Allows the call, since it only acts on its user: a logged-in user is always the user of the call, regardless of its
 * parameters.
 */
export const onlyThemselves: OwnershipRule = async () => undefined;

/** Requires that the caller owns every token in `serial`. Without a serial, the call acts on the tokens of its user. */
export const ownTokens: OwnershipRule = async (call, { tokens }) => {
  for (const serial of serialsOf(call.parameters.text("serial"))) {
    if (!isSelf(call, (await tokens.find(serial))?.owner)) refuseTokens();
  }
};

/**
 * Requires that the caller owns the token with this serial if the token exists, since the call enrolls an existing
 * token again.
 */
export const newOrOwnToken: OwnershipRule = async (call, { tokens }) => {
  for (const serial of serialsOf(call.parameters.text("serial"))) {
    const token = await tokens.find(serial);
    if (token && !isSelf(call, token.owner)) refuseTokens();
  }
};

/** Requires that the caller owns the token, or that nobody owns it, so that it can be claimed. */
export const ownOrFreeToken: OwnershipRule = async (call, { tokens }) => {
  for (const serial of serialsOf(call.parameters.text("serial"))) {
    const owner = (await tokens.find(serial))?.owner;
    if (owner !== null && !isSelf(call, owner)) refuseTokens();
  }
};

/** Requires that the caller owns the container in `container_serial`, if given. */
export const ownContainer: OwnershipRule = async (call, { containers }) => {
  const serial = call.parameters.text("container_serial") ?? "";
  if (serial === "") return;
  const owners = (await containers.find(serial))?.owners ?? [];
  if (!owners.some((owner) => isSelf(call, owner))) refuseContainers();
};

/** Requires that the caller owns the container, or that it has neither an owner nor tokens of other users. */
export const ownOrFreeContainer: OwnershipRule = async (call, { tokens, containers }) => {
  const serial = call.parameters.text("container_serial") ?? "";
  const container = serial === "" ? null : await containers.find(serial);
  if (!container) return refuseContainers();
  if (container.owners.some((owner) => isSelf(call, owner))) return;
  if (container.owners.length > 0) refuseContainers();
  for (const member of container.tokens) {
    const owner = (await tokens.find(member))?.owner;
    if (owner && !isSelf(call, owner)) refuseContainers();
  }
};

/** Requires that these parameters are not given, since only admins may use them. */
export function without(...names: readonly string[]): OwnershipRule {
  return async ({ parameters }) => {
    const refused = names.find((name) => Object.hasOwn(parameters.all, name));
    if (refused) throw notAllowedError(`Users may not give the parameter ${refused}.`);
  };
}

/**
 * Allows the parameters for a validity period only for new tokens, since an administrator may have set the period of an
 * existing token.
 */
export const limitsOfNewTokens: OwnershipRule = async ({ parameters }, { tokens }) => {
  const limit = ["validity_period_start", "validity_period_end"].find((name) => Object.hasOwn(parameters.all, name));
  if (limit === undefined) return;
  for (const serial of serialsOf(parameters.text("serial"))) {
    if (await tokens.find(serial)) throw notAllowedError(`Users may not change ${limit} of a token.`);
  }
};

/**
 * Returns whether `owner` is the logged-in user. Compares permanent IDs rather than logins, since a login may be
 * reassigned.
 */
export function isSelf({ actor }: Pick<ApiCall, "actor">, owner: UserRef | null | undefined): boolean {
  if (!owner || actor?.uid === undefined || actor.resolver === undefined) return false;
  return owner.uid === actor.uid && owner.resolver === actor.resolver;
}

/** Refuses another user's token in the same way as a token that does not exist. */
function refuseTokens(): never {
  throw notAllowedError("Users may only act on their own tokens.");
}

function refuseContainers(): never {
  throw notAllowedError("Users may only act on their own containers.");
}
