import type { Actor } from "@bookend/core";
import {
  type ApiCall,
  credentialsError,
  type Domain,
  type LoginRole,
  loginDetails,
  onlyThemselves,
  type SessionHolder,
  type Sessions,
  uiConfiguration,
  users,
} from "@bookend/mfa";
import type { AdministratorRoles } from "../administrator-roles.js";
import { versionNumber } from "../envelope.js";
import type { Route } from "../route.js";

/**
 * Returns the routes for logging in, and for the rights and settings of the caller. Local admins log in with their
 * name, users with their name, realm and the password in their resolver.
 */
export function authRoutes(
  { admins, users: accounts, tokens }: Pick<Domain, "admins" | "users" | "tokens">,
  sessions: Sessions,
  { mayOnlyRead }: Pick<AdministratorRoles, "mayOnlyRead">,
): readonly Route[] {
  const logIn = async ({ parameters, user }: ApiCall): Promise<SessionHolder> => {
    const username = parameters.required("username");
    const password = parameters.text("password") ?? "";
    const hasNoRealm = (parameters.text("realm") ?? "") === "";
    // a local admin can log in with any realm; a user of the same name must specify their realm
    if (await admins.find(username)) {
      if (await admins.checkPassword(username, password)) return { role: "admin", username };
      if (hasNoRealm) throw credentialsError();
    }
    // the user whose password was checked is logged in, even if the login is reassigned a moment later
    const found = user && (await accounts.find(user));
    if (password === "" || !user || !(await accounts.checkPassword(found ?? user, password)) || !found) {
      throw credentialsError();
    }
    const { realm, resolver, uid } = found;
    return { role: "user", realm, resolver, uid };
  };
  const enrollable = (actor: Actor | undefined) => (mayOnlyRead(actor) ? [] : tokens.types());
  const rightsOf = (actor: Actor | undefined) =>
    Object.fromEntries(enrollable(actor).map(({ type, title, description }) => [type, `${title}: ${description}`]));
  const loginRoleOf = (actor: Actor): LoginRole => {
    if (actor.role !== "admin") return "user";
    return mayOnlyRead(actor) ? "read-only admin" : "admin";
  };
  return [
    {
      method: "POST",
      path: "/auth",
      event: "auth",
      access: "anyone",
      aliases: { username: ["user"] },
      async run(exchange) {
        exchange.notes.user = exchange.user;
        const { token, actor } = await sessions.issue(await logIn(exchange));
        const { username, realm, role } = actor;
        if (role === "admin") exchange.notes.user = undefined;
        exchange.notes.info = `${role} ${realm === "" ? username : `${username}@${realm}`} logged in`;
        const details = loginDetails(loginRoleOf(actor), enrollable(actor));
        return { value: { ...details, token, role, username, realm, versionnumber: versionNumber } };
      },
    },
    {
      method: "GET",
      path: "/auth/rights",
      access: users(onlyThemselves),
      run: async ({ actor }) => ({ value: rightsOf(actor) }),
    },
    { method: "GET", path: "/config", access: "anyone", run: async () => ({ value: uiConfiguration }) },
    // clients written for privacyIDEA read their settings here; this server stores none
    { method: "GET", path: "/user/settings", access: users(onlyThemselves), run: async () => ({ value: {} }) },
  ];
}
