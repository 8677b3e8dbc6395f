import { problemMessage } from "@bookend/core";
import {
  type ApiCall,
  type Domain,
  isSelfService,
  maxUserPage,
  onlyThemselves,
  parameterError,
  type UserRecord,
  userParameters,
  users,
} from "@bookend/mfa";
import type { Route } from "../route.js";
import { WrittenValue } from "../written-value.js";

const writable = ["username", "password", "givenname", "surname", "email", "phone", "mobile"] as const;
const searchable = ["username", "givenname", "surname", "email", "phone", "mobile", "userid"] as const;

/** Returns the routes for users and their custom attributes. */
export function userRoutes({ users: accounts, realms }: Pick<Domain, "users" | "realms">): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/user/",
      event: "user_list",
      access: users(onlyThemselves),
      aliases: { username: ["user"] },
      accepts: ["realm", "resolver", ...searchable, "pagesize", "cursor"],
      async run({ parameters, actor, user }) {
        const pageSize = parameters.integer("pagesize", 1, maxUserPage);
        const after = parameters.text("cursor") || undefined;
        const { parts, cursor } = await accounts.pageInParts(
          {
            realm: parameters.text("realm"),
            resolver: parameters.text("resolver"),
            attributes: parameters.pick(searchable),
            user: isSelfService(actor) ? user : undefined,
          },
          { pageSize: pageSize ?? maxUserPage, cursor: after },
          (some) => JSON.stringify(some.map(describeUser)).slice(1, -1),
        );
        const isWhole = pageSize === undefined && after === undefined;
        if (isWhole && cursor !== undefined) throw tooManyUsers();
        const value = new WrittenValue(`[${parts.join(",")}]`);
        return { value, ...(cursor !== undefined && { detail: { cursor } }) };
      },
    },
    {
      method: "POST",
      path: "/user/",
      event: "user_add",
      access: "admin",
      aliases: { user: ["username"] },
      async run(exchange) {
        const { parameters, notes } = exchange;
        const username = parameters.required("user");
        const resolver = parameters.required("resolver");
        notes.user = { login: username, realm: parameters.text("realm") ?? "", resolver };
        const id = await accounts.add(resolver, { ...parameters.pick(writable), username });
        return { value: id };
      },
    },
    {
      method: "PUT",
      path: "/user/",
      event: "user_update",
      access: "admin",
      async run(exchange) {
        const { username, ...changes } = exchange.parameters.pick(writable);
        // `username` is the user to change, or, if `user` is given as well, the new name
        const renamed = exchange.parameters.text("user") === undefined ? {} : { username };
        await accounts.update(requireUser(exchange), { ...changes, ...renamed });
        return { value: true };
      },
    },
    {
      method: "DELETE",
      path: "/user/:resolver/:username",
      event: "user_delete",
      removes: true,
      access: "admin",
      async run(exchange) {
        const { parameters, notes } = exchange;
        const [login, resolver] = [parameters.required("username"), parameters.required("resolver")];
        const realm = (await realms.list()).find((each) => each.resolvers.some(({ name }) => name === resolver))?.name;
        const user = { login, resolver, realm: realm ?? "" };
        // `find` compares the exact name, whereas a search ignores letter case
        const found = await accounts.find(user);
        notes.user = user;
        // the dispatcher cannot find the user, since the call has no realm; post bindings find them here
        if (found) notes.before = { ...notes.before, user: found };
        await accounts.delete(user);
        return { value: true };
      },
    },
    {
      method: "GET",
      path: "/user/attribute",
      event: "get_user_attribute",
      access: users(onlyThemselves),
      accepts: [...userParameters, "key"],
      async run(exchange) {
        const { attributes } = await accounts.require(requireUser(exchange));
        const key = exchange.parameters.text("key");
        if (key === undefined) return { value: attributes };
        return { value: Object.hasOwn(attributes, key) ? attributes[key] : "" };
      },
    },
    {
      method: "POST",
      path: "/user/attribute",
      event: "set_custom_user_attribute",
      access: "admin",
      async run(exchange) {
        const { parameters } = exchange;
        await accounts.setAttribute(requireUser(exchange), parameters.required("key"), parameters.text("value") ?? "");
        return { value: true };
      },
    },
    ...["/user/attribute", "/user/attribute/:key/:username", "/user/attribute/:key/:username/:realm"].map(
      (path): Route => ({
        method: "DELETE",
        path,
        event: "delete_custom_user_attribute",
        access: "admin",
        run: async (exchange) => ({
          value: await accounts.deleteAttribute(requireUser(exchange), exchange.parameters.required("key")),
        }),
      }),
    ),
  ];
}

/** Returns the error for a client that requests no page, and so expects all users, when there are too many. */
function tooManyUsers() {
  const most = maxUserPage.toLocaleString("en");
  return parameterError(
    problemMessage(
      `more than ${most} users match`,
      `a filter that fewer users match, or a pagesize of up to ${most}, with the cursor in detail for the next page`,
      "pagesize",
    ),
  );
}

function requireUser({ user, notes }: ApiCall) {
  if (!user) throw parameterError("Missing parameter: user");
  notes.user = user;
  return user;
}

function describeUser({ attributes, uid, login, realm, resolver, editable }: UserRecord) {
  // an object literal that begins with a spread gets a hidden class of its own, which takes V8 thirty times as long
  return Object.assign({}, attributes, { username: login, userid: uid, realm, resolver, editable });
}
