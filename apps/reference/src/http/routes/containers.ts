import {
  type ApiCall,
  containerListParameters,
  containerPage,
  containerStates,
  type Domain,
  isSelfService,
  notAllowedError,
  noteContainer,
  noteTokens,
  oneContainer,
  onlyThemselves,
  ownContainer,
  ownOrFreeContainer,
  ownTokens,
  parameterError,
  users,
} from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes that list, create, delete and assign containers, and that add tokens to them or remove them. */
export function containerRoutes({ containers, tokens }: Pick<Domain, "containers" | "tokens">): readonly Route[] {
  /** Returns a route that adds tokens to a container or removes them; `several` allows more than one serial. */
  const move = (path: string, change: "addToken" | "removeToken", several: boolean): Route => ({
    method: "POST",
    path: `/container/:container_serial/${path}`,
    event: change === "addToken" ? "container_add_token" : "container_remove_token",
    removes: change === "removeToken",
    access: users(ownContainer, ownTokens),
    ...(several && { lists: ["serial"] }),
    async run(exchange) {
      const container = await oneContainer(containers, exchange);
      const serials = several ? (exchange.parameters.list("serial") ?? []) : [exchange.parameters.required("serial")];
      if (serials.length === 0) throw parameterError("Missing parameter: serial");
      const found = [];
      for (const serial of serials) found.push(await tokens.require(serial));
      noteTokens(exchange, found);
      const moved: Record<string, boolean> = {};
      for (const { serial } of found) moved[serial] = await containers[change](container.serial, serial);
      return { value: several ? moved : Object.values(moved)[0] };
    },
  });
  return [
    {
      method: "GET",
      path: "/container/",
      event: "container_list",
      access: users(onlyThemselves),
      accepts: containerListParameters,
      run: async (call) => ({ value: await containerPage({ containers, tokens }, call) }),
    },
    {
      method: "GET",
      path: "/container/types",
      access: users(onlyThemselves),
      async run() {
        const token_types = tokens.types().map(({ type }) => type);
        const described = containers.types().map(({ type, description }) => [type, { description, token_types }]);
        return { value: Object.fromEntries(described) };
      },
    },
    {
      method: "GET",
      path: "/container/statetypes",
      access: users(onlyThemselves),
      run: async () => ({ value: containerStates }),
    },
    {
      method: "POST",
      path: "/container/init",
      event: "container_init",
      access: users(onlyThemselves),
      async run(exchange) {
        const { parameters, user, actor } = exchange;
        const realm = isSelfService(actor) || user ? undefined : parameters.text("realm");
        const container = await containers.create({
          type: parameters.required("type"),
          serial: parameters.text("container_serial"),
          description: parameters.text("description"),
          user,
          realms: realm ? [realm] : [],
        });
        noteContainer(exchange, container);
        return { value: { container_serial: container.serial } };
      },
    },
    {
      method: "DELETE",
      path: "/container/:container_serial",
      event: "container_delete",
      removes: true,
      access: users(ownContainer),
      async run(exchange) {
        await containers.delete((await oneContainer(containers, exchange)).serial);
        return { value: true };
      },
    },
    move("add", "addToken", false),
    move("addall", "addToken", true),
    move("remove", "removeToken", false),
    move("removeall", "removeToken", true),
    {
      method: "POST",
      path: "/container/:container_serial/assign",
      event: "container_assign",
      access: users(ownOrFreeContainer),
      async run(exchange) {
        const user = requireUser(exchange);
        const serial = exchange.parameters.required("container_serial");
        // `claim` makes sure that only one of several users gets a container without an owner
        const claims = isSelfService(exchange.actor) && (await containers.require(serial)).owners.length === 0;
        const value = claims ? await containers.claim(serial, user) : await containers.assign(serial, user);
        if (claims && !value) throw notAllowedError("Users may only act on their own containers.");
        noteContainer(exchange, await containers.require(serial));
        exchange.notes.user = user;
        return { value };
      },
    },
    {
      method: "POST",
      path: "/container/:container_serial/unassign",
      event: "container_unassign",
      removes: true,
      access: users(ownContainer),
      async run(exchange) {
        const user = requireUser(exchange);
        const { serial } = await oneContainer(containers, exchange);
        exchange.notes.user = user;
        return { value: await containers.unassign(serial, user) };
      },
    },
  ];
}

function requireUser({ user }: ApiCall) {
  if (!user) throw parameterError("Missing parameter: user");
  return user;
}
