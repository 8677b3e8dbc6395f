import { type Domain, notFoundError, oneToken, type TokenGroup } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes for groups of tokens and their members. */
export function tokenGroupRoutes({ tokens, tokenGroups }: Pick<Domain, "tokens" | "tokenGroups">): readonly Route[] {
  const member = (method: "POST" | "DELETE", event: string, change: "add" | "remove"): Route => ({
    method,
    path: "/token/group/:serial/:group",
    event,
    access: "admin",
    async run(exchange) {
      const { serial } = await oneToken(tokens, exchange);
      await tokenGroups[change](serial, exchange.parameters.required("group"));
      return { value: true };
    },
  });
  return [
    member("POST", "token_assign_group", "add"),
    member("DELETE", "token_unassign_group", "remove"),
    {
      method: "GET",
      path: "/tokengroup/",
      access: "admin",
      run: async () => ({ value: Object.fromEntries((await tokenGroups.list()).map(describe)) }),
    },
    {
      method: "GET",
      path: "/tokengroup/:groupname",
      access: "admin",
      async run({ parameters }) {
        const name = parameters.required("groupname");
        const group = await tokenGroups.find(name);
        if (!group) throw notFoundError(`There is no token group ${JSON.stringify(name)}.`);
        return { value: Object.fromEntries([describe(group)]) };
      },
    },
    {
      method: "POST",
      path: "/tokengroup/:groupname",
      access: "admin",
      async run({ parameters }) {
        const name = parameters.required("groupname");
        return { value: await tokenGroups.save(name, parameters.text("description") ?? "") };
      },
    },
    {
      method: "DELETE",
      path: "/tokengroup/:groupname",
      access: "admin",
      async run({ parameters }) {
        await tokenGroups.delete(parameters.required("groupname"));
        return { value: 1 };
      },
    },
  ];
}

const describe = ({ id, name, description }: TokenGroup) => [name, { id, description }] as const;
