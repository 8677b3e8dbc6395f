import type { Actor } from "@bookend/core";
import { credentialsError, type Domain } from "@bookend/mfa";
import { onlyThemselves, users } from "../ownership.js";
import type { Exchange, Route } from "../route.js";
import type { Sessions } from "../sessions.js";

/** Logging in: local admins by name, users by name and realm with the password of their resolver. */
export function authRoutes(
  { admins, users: accounts, tokens }: Pick<Domain, "admins" | "users" | "tokens">,
  sessions: Sessions,
): readonly Route[] {
  const logIn = async ({ parameters, user }: Exchange): Promise<Actor & { readonly role: "admin" | "user" }> => {
    const username = parameters.required("username");
    const password = parameters.text("password") ?? "";
    const realmless = (parameters.text("realm") ?? "") === "";
    if (realmless && (await admins.find(username))) {
      if (!(await admins.checkPassword(username, password))) throw credentialsError();
      return { username, realm: "", role: "admin" };
    }
    if (password === "" || !user || !(await accounts.checkPassword(user, password))) throw credentialsError();
    // in his resolver's letter case, which is that of the owner of his tokens; directories do not care about case
    const found = await accounts.find(user);
    if (!found) throw credentialsError();
    return { username: found.login, realm: found.realm, role: "user" };
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
        const { username, realm, role } = await logIn(exchange);
        if (role === "admin") exchange.notes.user = undefined;
        exchange.notes.info = `${role} ${realm === "" ? username : `${username}@${realm}`} logged in`;
        const token = await sessions.issue({ username, realm, role });
        return { value: { token, role, username, realm, log_level: 20, rights: [], menus: [], logout_time: 120 } };
      },
    },
    { method: "GET", path: "/auth/rights", access: users(onlyThemselves), run: async () => ({ value: rights() }) },
  ];
}
