import {
  type ApiCall,
  credentialsError,
  type Domain,
  onlyThemselves,
  type SessionHolder,
  type Sessions,
  users,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/** Logging in: local admins by name, users by name and realm with the password of their resolver. */
export function authRoutes(
  { admins, users: accounts, tokens }: Pick<Domain, "admins" | "users" | "tokens">,
  sessions: Sessions,
): readonly Route[] {
  const logIn = async ({ parameters, user }: ApiCall): Promise<SessionHolder> => {
    const username = parameters.required("username");
    const password = parameters.text("password") ?? "";
    const realmless = (parameters.text("realm") ?? "") === "";
    if (realmless && (await admins.find(username))) {
      if (!(await admins.checkPassword(username, password))) throw credentialsError();
      return { role: "admin", username };
    }
    // whose password is checked is who is logged in, whatever their login is a moment later
    const found = user && (await accounts.find(user));
    if (password === "" || !user || !(await accounts.checkPassword(found ?? user, password)) || !found) {
      throw credentialsError();
    }
    const { realm, resolver, uid } = found;
    return { role: "user", realm, resolver, uid };
  };
  const rights = () =>
    Object.fromEntries(tokens.types().map(({ type, title, description }) => [type, `${title}: ${description}`]));
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
        return { value: { token, role, username, realm, log_level: 20, rights: [], menus: [], logout_time: 120 } };
      },
    },
    { method: "GET", path: "/auth/rights", access: users(onlyThemselves), run: async () => ({ value: rights() }) },
  ];
}
