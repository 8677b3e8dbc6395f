import type { UserRef } from "@bookend/core";
import { notAllowedError } from "../errors/mfa-error.js";
import { serialsOf } from "../values/normalize-parameters.js";
import type { ApiCall } from "./api-call.js";
import type { OwnershipRule, UsersAccess } from "./types.js";

/** Access for admins, who may act on everything, and for users if every rule allows the call. */
export function users(rule: OwnershipRule, ...more: readonly OwnershipRule[]): UsersAccess {
  return { rules: [rule, ...more] };
}

/** The call acts on nothing but its user, and whatever its parameters say, a user who is logged in is that user. */
export const onlyThemselves: OwnershipRule = async () => undefined;

/** Every token that `serial` names is the caller's. Without a serial, the call acts on tokens of its user. */
export const ownTokens: OwnershipRule = async (call, { tokens }) => {
  for (const serial of serialsOf(call.parameters.text("serial"))) {
    if (!isSelf(call, (await tokens.find(serial))?.owner)) refuseTokens();
  }
};

/** A token with this serial, if there is one, is the caller's: it would be enrolled again. */
export const newOrOwnToken: OwnershipRule = async (call, { tokens }) => {
  for (const serial of serialsOf(call.parameters.text("serial"))) {
    const token = await tokens.find(serial);
    if (token && !isSelf(call, token.owner)) refuseTokens();
  }
};

/** The token is the caller's or nobody's, and can then be claimed. */
export const ownOrFreeToken: OwnershipRule = async (call, { tokens }) => {
  for (const serial of serialsOf(call.parameters.text("serial"))) {
    const owner = (await tokens.find(serial))?.owner;
    if (owner !== null && !isSelf(call, owner)) refuseTokens();
  }
};

/** The container that `container_serial` names, if any, is the caller's. */
export const ownContainer: OwnershipRule = async (call, { containers }) => {
  const serial = call.parameters.text("container_serial") ?? "";
  if (serial === "") return;
  const owners = (await containers.find(serial))?.owners ?? [];
  if (!owners.some((owner) => isSelf(call, owner))) refuseContainers();
};

/** Whether the container is the caller's, or has no owner and no token of another user: its states would disable such tokens. */
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

/** None of these parameters is given: they are for admins. */
export function without(...names: readonly string[]): OwnershipRule {
  return async ({ parameters }) => {
    const refused = names.find((name) => Object.hasOwn(parameters.all, name));
    if (refused) throw notAllowedError(`Users may not give the parameter ${refused}.`);
  };
}

/** A limit is given of a new token only: of one that exists it may be an administrator's. */
export const limitsOfNewTokens: OwnershipRule = async ({ parameters }, { tokens }) => {
  const limit = ["validity_period_start", "validity_period_end"].find((name) => Object.hasOwn(parameters.all, name));
  if (limit === undefined) return;
  for (const serial of serialsOf(parameters.text("serial"))) {
    if (await tokens.find(serial)) throw notAllowedError(`Users may not change ${limit} of a token.`);
  }
};

/** Whether this is who is logged in: by the ID that does not change, since a login may be reassigned. */
export function isSelf({ actor }: Pick<ApiCall, "actor">, owner: UserRef | null | undefined): boolean {
  if (!owner || actor?.uid === undefined || actor.resolver === undefined) return false;
  return owner.uid === actor.uid && owner.resolver === actor.resolver;
}

/** Users get the same error for another user's token as for one that does not exist. */
function refuseTokens(): never {
  throw notAllowedError("Users may act on their own tokens only.");
}

function refuseContainers(): never {
  throw notAllowedError("Users may act on their own containers only.");
}
