import { transact } from "@bookend/store-sql";
import { answerContext } from "../authentication/challenges.js";
import type { DomainContext } from "../database/domain-context.js";
import { MfaError, type MfaErrorCode } from "../errors/mfa-error.js";
import { digits, randomText } from "../secrets/random.js";
import { enrolmentCode } from "../tokens/key-uri.js";
import { formatInstant } from "../values/instant.js";
import { registrationKeys, writeContainerInfo } from "./container-info.js";
import { containerRow } from "./container-row.js";
import { containerType } from "./container-types.js";
import {
  hashAlgorithm,
  isSigned,
  keyAlgorithm,
  type OfferedRegistration,
  publicKeyOf,
} from "./registration-signature.js";
import type { ContainerRegistration } from "./types.js";

/** Minutes for which a registration stays open. */
const openFor = 10;

const nonceBytes = 20;

const finalizePath = "/container/register/finalize";

/**
 * Returns the serial under which the challenge of a registration is stored. The serial of a token cannot contain a
 * colon, so the nonce cannot be used to log in with a token that has the same serial as the container.
 */
export const challengeSerial = (serial: string) => `container:${serial}`;

/**
 * Manages registrations in the database. An open registration is a challenge of the container, with an encrypted nonce.
 */
export function createRegistration(context: DomainContext, issuer: string): ContainerRegistration {
  const { clock, db, random, vault } = context;

  return {
    async initialize(serial, { serverUrl }) {
      const { id, type } = await containerRow(db, serial);
      if (!containerType(type).registers) {
        throw registrationError("REGISTRATION_UNSUPPORTED", `A container of type ${type} cannot be registered.`);
      }
      const now = clock();
      const server_url = serverUrl.replace(/\/+$/, "");
      const url = server_url + finalizePath;
      const nonce = Buffer.from(random(nonceBytes)).toString("hex");
      const transaction_id = randomText(random, digits, 20);
      await transact(db, async (trx) => {
        // locks the container, so that the last of several concurrent registrations counts
        await trx
          .updateTable("container")
          .set({ last_authentication: null, last_synchronization: null })
          .where("id", "=", id)
          .execute();
        if ((await stateOf(id, trx)) === "registered") {
          throw registrationError(
            "REGISTRATION_STATE",
            `The container ${JSON.stringify(serial)} is already registered.`,
          );
        }
        await trx.deleteFrom("challenge").where("serial", "=", challengeSerial(serial)).execute();
        await trx
          .insertInto("challenge")
          .values({
            transaction_id,
            serial: challengeSerial(serial),
            session: "",
            data: url,
            answer_sealed: vault.seal(nonce, answerContext(transaction_id, challengeSerial(serial))),
            status: "pending",
            created_at: now.getTime(),
            expires_at: now.getTime() + openFor * 60_000,
          })
          .execute();
        await writeContainerInfo(trx, id, { registration_state: "client_wait", server_url });
      });
      const offer = { nonce, timeStamp: formatInstant(now), url, serial };
      return {
        container_serial: serial,
        container_url: enrolmentCode("URL for privacyIDEA Container Registration", containerUrl(offer, issuer)),
        nonce,
        time_stamp: offer.timeStamp,
        key_algorithm: keyAlgorithm,
        hash_algorithm: hashAlgorithm,
        ttl: openFor,
        server_url,
      };
    },

    async finalize(serial, answer) {
      const { id } = await containerRow(db, serial);
      publicKeyOf(answer.publicKey);
      if ((await stateOf(id)) !== "client_wait") throw notOpen(serial);
      const now = clock();
      const [open] = await db
        .selectFrom("challenge")
        .selectAll()
        .where("serial", "=", challengeSerial(serial))
        .where("expires_at", ">", now.getTime())
        .execute();
      const signed =
        open?.answer_sealed != null &&
        isSigned(
          {
            nonce: vault.open(open.answer_sealed, answerContext(open.transaction_id, open.serial)).toString(),
            timeStamp: formatInstant(new Date(open.created_at)),
            url: open.data,
            serial,
          },
          answer,
        );
      if (!signed) throw invalidAnswer();
      return transact(db, async (trx) => {
        // only one of several responses to the same nonce counts
        const used = await trx
          .deleteFrom("challenge")
          .where("transaction_id", "=", open.transaction_id)
          .where("serial", "=", open.serial)
          .executeTakeFirst();
        if (used.numDeletedRows === 0n) throw invalidAnswer();
        const device = [answer.deviceBrand, answer.deviceModel].filter(Boolean).join(" ");
        await writeContainerInfo(trx, id, {
          registration_state: "registered",
          public_key_client: answer.publicKey,
          key_algorithm: keyAlgorithm,
          hash_algorithm: hashAlgorithm,
          ...(device !== "" && { device }),
        });
        await trx.updateTable("container").set({ last_synchronization: now.getTime() }).where("id", "=", id).execute();
        return { server_url: open.data.slice(0, -finalizePath.length) };
      });
    },

    async terminate(serial) {
      const { id } = await containerRow(db, serial);
      return transact(db, async (trx) => {
        await trx.deleteFrom("challenge").where("serial", "=", challengeSerial(serial)).execute();
        const { numDeletedRows } = await trx
          .deleteFrom("container_info")
          .where("container_id", "=", id)
          .where("key", "in", [...registrationKeys])
          .executeTakeFirst();
        return numDeletedRows > 0n;
      });
    },
  };

  async function stateOf(id: number, trx: Pick<DomainContext["db"], "selectFrom"> = db): Promise<string | undefined> {
    const row = await trx
      .selectFrom("container_info")
      .select("value")
      .where("container_id", "=", id)
      .where("key", "=", "registration_state")
      .executeTakeFirst();
    return row?.value;
  }
}

/** Returns the URL that the smartphone scans, in the format of privacyIDEA's app. */
function containerUrl({ nonce, timeStamp, url, serial }: OfferedRegistration, issuer: string): string {
  const parameters = new URLSearchParams({
    issuer,
    ttl: String(openFor),
    nonce,
    time: timeStamp,
    url,
    serial,
    key_algorithm: keyAlgorithm,
    hash_algorithm: hashAlgorithm,
    ssl_verify: "True",
  });
  return `pia://container/${serial}?${parameters.toString().replaceAll("+", "%20")}`;
}

const registrationError = (code: MfaErrorCode, message: string) => new MfaError(code, message);

const notOpen = (serial: string) =>
  registrationError("REGISTRATION_STATE", `The container ${JSON.stringify(serial)} has no open registration.`);

/** Returns the error for a wrong signature, and for a used or expired nonce. */
const invalidAnswer = () =>
  registrationError("REGISTRATION_INVALID", "The registration has expired, or the signature is not valid.");
