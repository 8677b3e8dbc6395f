import { problemMessage } from "@bookend/core";
import { transact } from "@bookend/store-sql";
import type { Kysely } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { DomainSchema } from "../database/schema.js";
import { parameterError } from "../errors/mfa-error.js";
import { checkFieldCount, checkInfo } from "../values/limits.js";
import { containerRow, lockedContainer } from "./container-row.js";
import type { ContainerService } from "./types.js";

/** Info fields that a registration sets. */
export const registrationKeys = [
  "registration_state",
  "server_url",
  "public_key_client",
  "key_algorithm",
  "hash_algorithm",
  "device",
] as const;

/** Fields that the server maintains itself. */
const keptKeys: readonly string[] = ["creation_date", ...registrationKeys];

/** Sets info fields of a container in one statement. */
export async function writeContainerInfo(
  db: Kysely<DomainSchema>,
  container_id: number,
  info: Readonly<Record<string, string>>,
): Promise<void> {
  const values = Object.entries(info).map(([key, value]) => ({ container_id, key, value }));
  if (values.length === 0) return;
  await db
    .insertInto("container_info")
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(["container_id", "key"]).doUpdateSet((row) => ({ value: row.ref("excluded.value") })),
    )
    .execute();
}

/** Changes the info fields of containers. */
export function createContainerInfo({
  db,
}: DomainContext): Pick<ContainerService, "setInfo" | "replaceInfo" | "deleteInfo"> {
  return {
    async setInfo(serial, key, value) {
      checkInfo("container info", { [checkedKey(key)]: value });
      const { id } = await containerRow(db, serial);
      const { count } = await db
        .selectFrom("container_info")
        .select((info) => info.fn.countAll<number>().as("count"))
        .where("container_id", "=", id)
        .where("key", "not in", [key, ...keptKeys])
        .executeTakeFirstOrThrow();
      checkFieldCount("container info", Number(count) + 1);
      await writeContainerInfo(db, id, { [key]: value });
    },
    async replaceInfo(serial, info) {
      for (const key of Object.keys(info)) checkedKey(key);
      checkInfo("container info", info);
      await transact(db, async (trx) => {
        const { id } = await lockedContainer(trx, serial);
        await trx
          .deleteFrom("container_info")
          .where("container_id", "=", id)
          .where("key", "not in", keptKeys)
          .execute();
        await writeContainerInfo(trx, id, info);
      });
    },
    async deleteInfo(serial, key) {
      const { id } = await containerRow(db, serial);
      const { numDeletedRows } = await db
        .deleteFrom("container_info")
        .where("container_id", "=", id)
        .where("key", "not in", keptKeys)
        .$if(key !== undefined, (query) => query.where("key", "=", checkedKey(key ?? "")))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function checkedKey(key: string): string {
  if (key === "" || key.includes("\0") || keptKeys.includes(key)) {
    throw parameterError(
      problemMessage(
        `${JSON.stringify(key.slice(0, 100))} is not valid`,
        `a non-empty name without NUL, other than ${keptKeys.join(", ")}`,
        "key",
      ),
    );
  }
  return key;
}
