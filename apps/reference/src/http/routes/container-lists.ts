import type { Actor } from "@bookend/core";
import {
  type ApiCall,
  type ContainerRecord,
  type ContainerSort,
  type Domain,
  isSelf,
  isSelfService,
  parameterError,
  type TokenRecord,
} from "@bookend/mfa";
import type { Reply } from "../route.js";
import { describeToken } from "./token-lists.js";

/** Columns by their names over the wire. */
const sortColumns: Readonly<Record<string, ContainerSort>> = {
  serial: "serial",
  type: "type",
  description: "description",
  last_authentication: "lastAuthentication",
  last_synchronization: "lastSynchronization",
};

/** `GET /container/`: a page of containers, of a user his own, with their tokens unless `no_token` is set. */
export function containerLists({ containers, tokens }: Pick<Domain, "containers" | "tokens">) {
  return async (exchange: ApiCall): Promise<Reply> => {
    const { parameters, user, actor } = exchange;
    const { count, current, previous, next, ...page } = await containers.page(
      {
        serial: parameters.text("container_serial"),
        type: parameters.text("type"),
        description: parameters.text("description"),
        realm: parameters.text("container_realm"),
        state: parameters.text("state"),
        tokenSerial: parameters.text("token_serial"),
        user,
      },
      {
        page: parameters.integer("page", 1),
        pageSize: parameters.integer("pagesize", 1),
        sortBy: sortColumn(parameters.text("sortby")),
        descending: parameters.text("sortdir")?.toLowerCase() === "desc",
      },
    );
    const withTokens = !parameters.flag("no_token");
    const described = [];
    for (const container of page.containers) {
      const found = await Promise.all((withTokens ? container.tokens : []).map((serial) => tokens.find(serial)));
      const present = found.filter((token) => token !== null);
      described.push(describeContainer(container, present, isSelfService(actor) ? actor : undefined));
    }
    return { value: { count, current, prev: previous, next, containers: described } };
  };
}

function sortColumn(name: string | undefined): ContainerSort | undefined {
  if (name === undefined || name === "") return undefined;
  if (Object.hasOwn(sortColumns, name)) return sortColumns[name];
  throw parameterError(`The parameter sortby has to be one of ${Object.keys(sortColumns).join(", ")}.`);
}

/** A container as clients read it. A user learns of the tokens of others no more than their serials. */
function describeContainer(container: ContainerRecord, tokens: readonly TokenRecord[], reader: Actor | undefined) {
  const isReadable = ({ owner }: TokenRecord) => reader === undefined || isSelf({ actor: reader }, owner);
  return {
    serial: container.serial,
    type: container.type,
    description: container.description,
    states: container.states,
    realms: container.realms,
    info: container.info,
    users: container.owners.map(({ login, realm, resolver, uid }) => ({
      user_name: login,
      user_realm: realm,
      user_resolver: resolver,
      user_id: uid,
    })),
    tokens: tokens.map((token) => (isReadable(token) ? describeToken(token) : { serial: token.serial })),
    last_authentication: container.lastAuthentication?.toISOString() ?? null,
    last_synchronization: container.lastSynchronization?.toISOString() ?? null,
  };
}
