import type { Actor } from "@bookend/core";
import { isSelfService } from "../access/access.js";
import type { ApiCall } from "../access/api-call.js";
import { isSelf } from "../access/ownership.js";
import type { ContainerRecord, ContainerService, ContainerSort } from "../containers/types.js";
import type { TokenRecord, TokenService } from "../tokens/types.js";
import { listedFor, pageParameters, userParameters, wantedPage } from "./list-parameters.js";
import { describeToken } from "./token-listing.js";

/** Columns by their names in the API. */
const sortColumns: Readonly<Record<string, ContainerSort>> = {
  serial: "serial",
  type: "type",
  description: "description",
  last_authentication: "lastAuthentication",
  last_synchronization: "lastSynchronization",
};

/** Parameters of `GET /container/`. */
export const containerListParameters = [
  ...userParameters,
  "container_realm",
  "userid",
  "container_serial",
  "type",
  "description",
  "state",
  "token_serial",
  "assigned",
  "infokey",
  "infovalue",
  ...pageParameters,
  "no_token",
] as const;

/**
 * Returns `value` of `GET /container/`: a page of containers (for a user, their own), with their tokens unless
 * `no_token` is set.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export async function containerPage(
  { containers, tokens }: { containers: ContainerService; tokens: TokenService },
  call: ApiCall,
) {
  const { parameters, actor } = call;
  const page = await containers.page(
    {
      ...listedFor(call, "container_realm"),
      serial: parameters.text("container_serial"),
      type: parameters.text("type"),
      description: parameters.text("description"),
      state: parameters.text("state"),
      tokenSerial: parameters.text("token_serial"),
      userId: parameters.text("userid"),
      resolver: parameters.text("resolver"),
      assigned: parameters.flag("assigned"),
      infoKey: parameters.text("infokey"),
      infoValue: parameters.text("infovalue"),
    },
    wantedPage(parameters, sortColumns),
  );
  const withTokens = !parameters.flag("no_token");
  const described = [];
  for (const container of page.containers) {
    const found = await Promise.all((withTokens ? container.tokens : []).map((serial) => tokens.find(serial)));
    const present = found.filter((token) => token !== null);
    described.push(describeContainer(container, present, isSelfService(actor) ? actor : undefined));
  }
  const { count, current, previous: prev, next } = page;
  return { count, current, prev, next, containers: described };
}

/** Returns a container in the format that clients expect. Users only see the serials of other users' tokens. */
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
