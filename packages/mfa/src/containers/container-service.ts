import { transact } from "@bookend/store-sql";
import type { DomainContext } from "../database/domain-context.js";
import { invalidValue } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";
import { digits, randomText } from "../secrets/random.js";
import type { RealmService, UserService } from "../users/types.js";
import { formatInstant } from "../values/instant.js";
import { checkLengths } from "../values/limits.js";
import { createContainerInfo, writeContainerInfo } from "./container-info.js";
import { createContainerList } from "./container-list.js";
import { createContainerMembers, moveToken } from "./container-members.js";
import { addOwner, addRealms, createContainerOwners, knownRealms } from "./container-owners.js";
import { containerRow } from "./container-row.js";
import { createStateChanges, insertStates } from "./container-state-changes.js";
import { containerType, containerTypes } from "./container-types.js";
import { challengeSerial, createRegistration } from "./registration.js";
import type { ContainerService } from "./types.js";

const serialDigits = 8;

/** Stores containers in the database. */
export function createContainers(
  context: DomainContext,
  services: { readonly users: UserService; readonly realms: RealmService; readonly issuer: string },
): ContainerService {
  const { clock, db, random } = context;
  const { users, realms, issuer } = services;
  const list = createContainerList(context, users);

  return {
    ...list,
    ...createContainerMembers(context),
    ...createContainerOwners(context, services),
    ...createStateChanges(context),
    ...createContainerInfo(context),
    registration: createRegistration(context, issuer),
    types: () => containerTypes.map(({ type, description }) => ({ type, description })),

    async create({ description = "", tokens = [], ...given }) {
      checkLengths({ description });
      const type = containerType(given.type);
      const user = given.user && (await users.require(given.user));
      const inRealms = await knownRealms(realms, given.realms ?? []);
      const serial = given.serial
        ? checkedSerial(given.serial)
        : type.serialPrefix + randomText(random, digits, serialDigits);
      await transact(db, async (trx) => {
        const row = await trx
          .insertInto("container")
          .values({ serial, type: type.type, description })
          .onConflict((conflict) => conflict.column("serial").doNothing())
          .returning("id")
          .executeTakeFirst();
        if (row === undefined) throw parameterError(`The container ${JSON.stringify(serial)} already exists.`);
        await insertStates(trx, row.id, ["active"]);
        await writeContainerInfo(trx, row.id, { creation_date: formatInstant(clock()) });
        await addRealms(trx, row.id, inRealms);
        if (user) await addOwner(trx, row.id, user);
        for (const token of tokens) await moveToken(trx, row.id, token);
      });
      return list.require(serial);
    },
    async delete(serial) {
      const { id } = await containerRow(db, serial);
      await transact(db, async (trx) => {
        await trx.deleteFrom("container").where("id", "=", id).execute();
        await trx.deleteFrom("challenge").where("serial", "=", challengeSerial(serial)).execute();
      });
    },
    async setDescription(serial, description) {
      checkLengths({ description });
      const { id } = await containerRow(db, serial);
      await db.updateTable("container").set({ description }).where("id", "=", id).execute();
    },
  };
}

function checkedSerial(serial: string): string {
  if (/^[\w-]{1,100}$/.test(serial)) return serial;
  throw invalidValue("container_serial", serial, 'up to 100 letters, digits, "_" and "-"');
}
