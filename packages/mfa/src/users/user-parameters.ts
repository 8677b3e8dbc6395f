import type { UserRef } from "@bookend/core";
import type { SettingsService } from "../settings/settings.js";
import { type Parameters, textParameter } from "../values/parameters.js";
import type { RealmService } from "./types.js";

/** Returns a function that determines which user the request parameters name. See `UserService.fromParameters`. */
export function userFromParameters(realms: RealmService, settings: SettingsService) {
  return async (parameters: Parameters): Promise<UserRef | undefined> => {
    const name = textParameter(parameters, "user") ?? textParameter(parameters, "username");
    if (name === undefined) return undefined;
    const resolver = textParameter(parameters, "resolver");
    const realm = textParameter(parameters, "realm")?.toLowerCase();
    const of = (login: string, inRealm: string): UserRef => ({ login, realm: inRealm, ...(resolver && { resolver }) });
    if (realm !== undefined) return of(name, realm);

    const at = name.lastIndexOf("@");
    if (at > 0 && (await settings.get("splitAtSign"))?.toLowerCase() !== "false") {
      const behind = name.slice(at + 1).toLowerCase();
      if ((await realms.find(behind)) !== null) return of(name.slice(0, at), behind);
    }
    if (resolver !== undefined) return of(name, await realmOf(realms, resolver));
    const fallback = await realms.default();
    return fallback === undefined ? undefined : of(name, fallback);
  };
}

/**
 * Returns the default realm if it contains this resolver, otherwise the first realm that does. Returns an empty string
 * if none does.
 */
async function realmOf(realms: RealmService, resolver: string): Promise<string> {
  const all = (await realms.list()).filter((realm) => realm.resolvers.some((each) => each.name === resolver));
  return (all.find((realm) => realm.isDefault) ?? all[0])?.name ?? "";
}
