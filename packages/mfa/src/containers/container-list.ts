import { type SqlBool, sql } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import { type Search, searchIn, withoutNul } from "../database/search.js";
import type { UserRecord, UserService } from "../users/types.js";
import { pageNumbers, pageSlice } from "../values/paging.js";
import { unknownContainer } from "./container-row.js";
import { type ContainerQuery, loadContainers } from "./stored-container.js";
import type { ContainerFilter, ContainerRecord, ContainerService, ContainerSort } from "./types.js";

/** Maximum page size, and maximum number of ids in one query. */
const maxPageSize = 500;

const sortColumns = {
  serial: "serial",
  type: "type",
  description: "description",
  lastAuthentication: "last_authentication",
  lastSynchronization: "last_synchronization",
} as const satisfies Record<ContainerSort, string>;

/** Reads containers. */
export function createContainerList(
  { db, dialect, reader }: DomainContext,
  users: UserService,
): Pick<ContainerService, "find" | "require" | "ofToken" | "serialsOf" | "countOfUser" | "page"> {
  const find = async (serial: string): Promise<ContainerRecord | null> => {
    const query = db.selectFrom("container").selectAll("container").where("serial", "=", withoutNul(serial));
    return (await loadContainers(db, query))[0] ?? null;
  };
  const count = async (filter: ContainerFilter, from = db): Promise<number> => {
    const row = await (await filtered({ db: from, dialect }, users, filter))
      .clearSelect()
      .select((container) => container.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  return {
    find,
    async require(serial) {
      const container = await find(serial);
      if (container === null) throw unknownContainer(serial);
      return container;
    },
    async ofToken(tokenSerial) {
      return (await loadContainers(db, await filtered({ db, dialect }, users, { tokenSerial })))[0] ?? null;
    },
    async serialsOf(tokenSerials) {
      if (tokenSerials.length === 0) return new Map();
      const rows = await db
        .selectFrom("container_token")
        .innerJoin("token", "token.id", "container_token.token_id")
        .innerJoin("container", "container.id", "container_token.container_id")
        .select(["token.serial as token", "container.serial as container"])
        .where("token.serial", "in", [...tokenSerials])
        .execute();
      return new Map(rows.map(({ token, container }) => [token, container]));
    },
    countOfUser: (user) => count({ user }),
    async page(filter, { sortBy = "serial", descending = false, ...asked } = {}) {
      const slice = pageSlice(asked, maxPageSize);
      const all = await count(filter, reader);
      const query = (await filtered({ db: reader, dialect }, users, filter))
        .orderBy(sortColumns[sortBy], descending ? "desc" : "asc")
        .orderBy("serial")
        .limit(slice.size)
        .offset(slice.offset);
      return {
        count: all,
        containers: await loadContainers(reader, query),
        ...pageNumbers(slice, all),
      };
    },
  };
}

/** Selects the containers that match a filter, unordered. A user who does not exist has no containers. */
async function filtered(
  { db, dialect }: Pick<DomainContext, "db" | "dialect">,
  users: UserService,
  filter: ContainerFilter,
): Promise<ContainerQuery> {
  const { serial, type, description, user, realm, state, tokenSerial, infoKey, infoValue } = filter;
  const search = searchIn(dialect);
  const { fits, fitsAny } = search;
  let query: ContainerQuery = db.selectFrom("container").selectAll("container");
  if (serial !== undefined) query = query.where(fits("container.serial", serial));
  if (description !== undefined) query = query.where(fits("container.description", description));
  if (type !== undefined) query = query.where(fitsAny("container.type", type));
  if (realm !== undefined) {
    query = query.where("container.id", "in", (from) =>
      from.selectFrom("container_realm").select("container_id").where(fitsAny("container_realm.realm", realm)),
    );
  }
  if (state !== undefined) {
    query = query.where("container.id", "in", (from) =>
      from.selectFrom("container_state").select("container_id").where(fitsAny("container_state.state", state)),
    );
  }
  if (tokenSerial !== undefined) {
    query = query.where("container.id", "in", (from) =>
      from
        .selectFrom("container_token")
        .innerJoin("token", "token.id", "container_token.token_id")
        .select("container_token.container_id")
        .where(fits("token.serial", tokenSerial)),
    );
  }
  if (infoKey !== undefined || infoValue !== undefined) {
    query = query.where("container.id", "in", (from) =>
      from
        .selectFrom("container_info")
        .select("container_id")
        .where(fits("container_info.value", infoValue ?? "*"))
        .$if(infoKey !== undefined, (infos) => infos.where("key", "=", withoutNul(infoKey as string))),
    );
  }
  return ownedBy(query, search, filter, user && (await users.find(user)));
}

/**
 * Restricts a query by the owners of containers. `owner` is null for a user who does not exist, and undefined if the
 * filter names no user.
 */
function ownedBy(
  query: ContainerQuery,
  { isOrFits }: Search,
  { resolver, userId, assigned }: ContainerFilter,
  owner: UserRecord | null | undefined,
): ContainerQuery {
  if (owner === null) return query.where(sql<SqlBool>`1 = 0`);
  return query
    .$if(assigned !== undefined, (containers) =>
      containers.where("container.id", assigned ? "in" : "not in", (from) =>
        from.selectFrom("container_owner").select("container_id"),
      ),
    )
    .$if(owner !== undefined || resolver !== undefined || userId !== undefined, (containers) =>
      containers.where("container.id", "in", (from) =>
        from
          .selectFrom("container_owner")
          .select("container_id")
          .$if(resolver !== undefined, (own) => own.where(isOrFits("container_owner.resolver", resolver as string)))
          .$if(userId !== undefined, (own) => own.where(isOrFits("container_owner.user_id", userId as string)))
          .$if(owner !== undefined, (own) =>
            own
              .where("resolver", "=", owner?.resolver ?? "")
              .where("user_id", "=", owner?.uid ?? "")
              .where("realm", "=", owner?.realm ?? ""),
          ),
      ),
    );
}
