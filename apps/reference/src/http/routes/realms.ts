import { type ApiCall, type Domain, limits, parameterError } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for realms and the default realm. */
export function realmRoutes({ realms }: Pick<Domain, "realms">): readonly Route[] {
  const setDefault = async ({ parameters }: ApiCall) => {
    await realms.setDefault(parameters.required("realm"));
    return { value: 1 };
  };
  return [
    {
      method: "GET",
      path: "/realm/",
      access: "admin",
      async run() {
        const described = (await realms.list()).map(({ name, isDefault, resolvers }) => [
          name,
          { default: isDefault, resolver: resolvers },
        ]);
        return { value: Object.fromEntries(described) };
      },
    },
    {
      method: "POST",
      path: "/realm/:realm",
      access: "admin",
      lists: ["resolvers"],
      async run({ parameters }) {
        const names = parameters.list("resolvers", limits.resolversOfRealm);
        if (!names) throw parameterError("Missing parameter: resolvers");
        const resolvers = names.map((name) => ({
          name,
          priority: parameters.integer(`priority.${name}`, 0, limits.priority) ?? null,
        }));
        return { value: await realms.save(parameters.required("realm"), resolvers) };
      },
    },
    {
      method: "DELETE",
      path: "/realm/:realm",
      access: "admin",
      async run({ parameters }) {
        await realms.delete(parameters.required("realm"));
        return { value: 1 };
      },
    },
    {
      method: "GET",
      path: "/defaultrealm",
      access: "admin",
      async run() {
        const realm = (await realms.list()).find(({ isDefault }) => isDefault);
        return { value: realm ? { [realm.name]: { default: true, resolver: realm.resolvers } } : {} };
      },
    },
    { method: "POST", path: "/defaultrealm/:realm", access: "admin", run: setDefault },
    {
      method: "DELETE",
      path: "/defaultrealm",
      access: "admin",
      async run() {
        await realms.clearDefault();
        return { value: 1 };
      },
    },
  ];
}
