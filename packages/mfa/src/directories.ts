import type { Challenges } from "./authentication/challenges.js";
import type { ContainerService } from "./containers/types.js";
import type { DomainDirectories } from "./domain.js";
import type { TokenService } from "./tokens/types.js";
import type { RealmService, ResolverService, UserService } from "./users/types.js";

/** The services from which the directories read. */
export interface DirectoryServices {
  readonly users: UserService;
  readonly realms: RealmService;
  readonly resolvers: ResolverService;
  readonly tokens: TokenService;
  readonly containers: ContainerService;
  readonly challenges: Challenges;
}

/** Implements the directories of `createBookend` with the services of the domain. */
export function createDirectories(services: DirectoryServices): DomainDirectories {
  const { users, realms, resolvers, tokens, containers, challenges } = services;
  const names = (entries: readonly { readonly name: string }[]) => entries.map((entry) => entry.name);
  return {
    users: {
      find: (user) => users.find(user),
      resolversOf: async (realm) => names((await realms.find(realm))?.resolvers ?? []),
      fromParameters: (parameters) => users.fromParameters(parameters),
      realms: async () => names(await realms.list()),
      resolvers: async () => names(await resolvers.list()),
    },
    tokens: {
      find: (serial) => tokens.find(serial),
      ofUser: (user) => tokens.list({ user }),
      countOfUser: (user) => tokens.count({ user }),
      types: () => tokens.types().map((type) => type.type),
    },
    containers: {
      find: (serial) => containers.find(serial),
      ofToken: (tokenSerial) => containers.ofToken(tokenSerial),
      countOfUser: (user) => containers.countOfUser(user),
      types: () => containers.types().map((type) => type.type),
    },
    challenges: {
      of: (serial, transactionId) => challenges.list({ serial, transactionId }),
    },
  };
}
