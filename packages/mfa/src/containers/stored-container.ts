import type { Kysely, Selectable, SelectQueryBuilder } from "kysely";
import type { ContainerTable, DomainSchema } from "../database/schema.js";
import type { ContainerRecord } from "./types.js";

/** A query of container rows. */
export type ContainerQuery = SelectQueryBuilder<DomainSchema, "container", Selectable<ContainerTable>>;

/** Runs a query for at most one page of container rows and reads their related data. */
export async function loadContainers(
  db: Kysely<DomainSchema>,
  query: ContainerQuery,
): Promise<readonly ContainerRecord[]> {
  const rows = await query.execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const tokens = await db
    .selectFrom("container_token")
    .innerJoin("token", "token.id", "container_token.token_id")
    .select(["container_token.container_id", "token.serial"])
    .where("container_token.container_id", "in", ids)
    .orderBy("token.serial")
    .execute();
  const owners = await db
    .selectFrom("container_owner")
    .selectAll()
    .where("container_id", "in", ids)
    .orderBy("login")
    .execute();
  const states = await db
    .selectFrom("container_state")
    .selectAll()
    .where("container_id", "in", ids)
    .orderBy("state")
    .execute();
  const realms = await db
    .selectFrom("container_realm")
    .selectAll()
    .where("container_id", "in", ids)
    .orderBy("realm")
    .execute();
  const infos = await db
    .selectFrom("container_info")
    .selectAll()
    .where("container_id", "in", ids)
    .orderBy("key")
    .execute();
  return rows.map((row) => {
    const own = <R extends { readonly container_id: number }>(all: readonly R[]) =>
      all.filter((each) => each.container_id === row.id);
    return {
      id: row.id,
      serial: row.serial,
      type: row.type,
      description: row.description,
      tokens: own(tokens).map(({ serial }) => serial),
      owners: own(owners).map(({ user_id: uid, login, resolver, realm }) => ({ uid, login, resolver, realm })),
      states: own(states).map(({ state }) => state),
      realms: own(realms).map(({ realm }) => realm),
      info: Object.fromEntries(own(infos).map(({ key, value }) => [key, value])),
      lastAuthentication: instantOf(row.last_authentication),
      lastSynchronization: instantOf(row.last_synchronization),
    };
  });
}

function instantOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
