import {
  type Access,
  type ApiCall,
  type ContainerRecord,
  type Domain,
  oneContainer,
  ownContainer,
  parameterError,
  users,
} from "@bookend/mfa";
import type { Reply, Route } from "../route.js";

/** Returns the routes that change the states, the description, the realms and the info of a container. */
export function containerChangeRoutes({ containers }: Pick<Domain, "containers">): readonly Route[] {
  const change = (
    path: string,
    [event, access]: readonly [event: string, access: Access],
    run: (container: ContainerRecord, exchange: ApiCall) => Promise<Reply>,
    { method = "POST", ...more }: Partial<Pick<Route, "method" | "lists">> = {},
  ): Route => ({
    ...more,
    method,
    path: `/container/:container_serial/${path}`,
    event,
    access,
    run: async (exchange) => run(await oneContainer(containers, exchange), exchange),
  });
  const deleteInfo = (path: string) =>
    change(
      path,
      ["container_delete_info", "admin"],
      async ({ serial }, { parameters }) => ({
        value: (await containers.deleteInfo(serial, parameters.required("key"))) > 0,
      }),
      { method: "DELETE" },
    );
  return [
    change(
      "states",
      ["container_set_states", users(ownContainer)],
      async ({ serial }, { parameters, notes }) => {
        const states = parameters.list("states");
        if (!states) throw parameterError("Missing parameter: states");
        await containers.setStates(serial, states);
        notes.actionDetail = `states=${states.join(",")}`;
        return { value: Object.fromEntries(states.map((state) => [state, true])) };
      },
      { lists: ["states"] },
    ),
    change("description", ["container_set_description", users(ownContainer)], async ({ serial }, { parameters }) => {
      const description = parameters.text("description");
      if (description === undefined) throw parameterError("Missing parameter: description");
      await containers.setDescription(serial, description);
      return { value: true };
    }),
    change(
      "realms",
      ["container_set_realms", "admin"],
      async ({ serial, realms: former }, { parameters, notes }) => {
        const given = parameters.list("realms");
        if (!given) throw parameterError("Missing parameter: realms");
        const realms = await containers.setRealms(serial, given);
        notes.actionDetail = `realms=${realms.join(",")}`;
        const set = Object.fromEntries(realms.map((realm) => [realm, true]));
        return { value: { ...set, deleted: former.some((realm) => !realms.includes(realm)) } };
      },
      { lists: ["realms"] },
    ),
    change("info/:key", ["container_set_info", "admin"], async ({ serial }, { parameters }) => {
      await containers.setInfo(serial, parameters.required("key"), parameters.text("value") ?? "");
      return { value: true };
    }),
    deleteInfo("info/:key"),
    deleteInfo("info/delete/:key"),
  ];
}
