import { transact } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { lockedContainer } from "./container-row.js";
import { checkedStates, containerStates, excludedBy } from "./container-states.js";
import type { ContainerService } from "./types.js";

/** Changes the states of containers. */
export function createStateChanges({ db }: DomainContext): Pick<ContainerService, "setStates" | "changeStates"> {
  const change = async (serial: string, add: readonly string[], remove: readonly string[]) => {
    await transact(db, async (trx) => {
      const { id } = await lockedContainer(trx, serial);
      if (remove.length > 0) {
        await trx.deleteFrom("container_state").where("container_id", "=", id).where("state", "in", remove).execute();
      }
      await insertStates(trx, id, add);
    });
  };
  return {
    async setStates(serial, states) {
      await change(serial, checkedStates(states), Object.keys(containerStates));
    },
    async changeStates(serial, { add = [], remove = [] }) {
      const added = checkedStates(add);
      await change(serial, added, [...remove, ...excludedBy(added)]);
    },
  };
}

/** Adds states that the container does not have yet. */
export async function insertStates(
  db: Kysely<DomainSchema>,
  container_id: number,
  states: readonly string[],
): Promise<void> {
  if (states.length === 0) return;
  await db
    .insertInto("container_state")
    .values(states.map((state) => ({ container_id, state })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
