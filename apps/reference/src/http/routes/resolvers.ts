import { type ApiCall, type Domain, notFoundError, type Resolver } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for resolvers: the sources of users. */
export function resolverRoutes({ resolvers }: Pick<Domain, "resolvers">): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/resolver/",
      access: "admin",
      run: async () => ({ value: describe(await resolvers.list()) }),
    },
    {
      method: "GET",
      path: "/resolver/:resolver",
      access: "admin",
      async run({ parameters }) {
        const name = parameters.required("resolver");
        const found = await resolvers.find(name);
        if (!found) throw notFoundError(`There is no resolver ${JSON.stringify(name)}.`);
        return { value: describe([found]) };
      },
    },
    {
      method: "POST",
      path: "/resolver/test",
      access: "admin",
      async run({ parameters }) {
        const { users } = await resolvers.test(parameters.required("type"), settings({ parameters }));
        return { value: true, detail: { description: `Found ${users} users.` } };
      },
    },
    {
      method: "POST",
      path: "/resolver/:resolver",
      access: "admin",
      async run({ parameters }) {
        await resolvers.save(parameters.required("resolver"), parameters.required("type"), settings({ parameters }));
        return { value: 1 };
      },
    },
    {
      method: "DELETE",
      path: "/resolver/:resolver",
      access: "admin",
      async run({ parameters }) {
        await resolvers.delete(parameters.required("resolver"));
        return { value: 1 };
      },
    },
  ];
}

function settings({ parameters }: Pick<ApiCall, "parameters">): Readonly<Record<string, string>> {
  const names = Object.keys(parameters.all).filter((name) => name !== "resolver" && name !== "type");
  return Object.fromEntries(names.map((name) => [name, parameters.text(name) ?? ""]));
}

function describe(found: readonly Resolver[]) {
  return Object.fromEntries(
    found.map(({ name, type, settings: data, secretSettings, editable }) => [
      name,
      { resolvername: name, type, data, editable, censor_keys: secretSettings },
    ]),
  );
}
