import { createPrivateKey, type KeyObject } from "node:crypto";
import { problemMessage } from "@bookend/core";
import { transact } from "@bookend/store-sql";
import type { Challenges } from "../authentication/challenges.js";
import type { DomainContext } from "../database/domain-context.js";
import { parameterError } from "../errors/mfa-error.js";
import { sameSecret } from "../secrets/passwords.js";
import { push, pushEndpoint } from "../token-types/push.js";
import { keyContext, loadTokens, openKey, type StoredToken, tokenRecord } from "../tokens/stored-token.js";
import { writeInfo } from "../tokens/token-info.js";
import { parseInstant } from "../values/instant.js";
import { checkLength } from "../values/limits.js";
import { isSignatureOf, newKeyPair, parsePublicKey, signParts } from "./signatures.js";
import type { PushRequest, PushService } from "./types.js";

/** Maximum deviation of an app's clock in milliseconds, in either direction. */
const pollWindow = 60_000;

/** Tokeninfo fields. */
const appKeyField = "public_key_smartphone";
const serverKeyField = "public_key_server";
const lastPollField = "last_poll";
const serviceTokenField = "firebase_token";

/** Dependencies of push tokens other than the database. */
export interface PushServices {
  readonly challenges: Challenges;
  /** The title of challenges in the app. */
  readonly issuer: string;
  /** The URL at which apps reach this server. */
  readonly url: string;
}

/** Handles the requests of push apps with the tokens in the database. */
export function createPush(context: DomainContext, { challenges, issuer, url }: PushServices): PushService {
  const { clock, db, vault } = context;
  return {
    async enrol({ serial, credential, publicKey }) {
      const token = await find(serial, "clientwait");
      // the message is the same for an unknown serial and a wrong credential, so as not to reveal whether a serial
      // exists
      if (token === undefined || !sameSecret(openKey(vault, token).toString(), credential)) {
        throw parameterError("No push token with this serial and enrollment_credential waits for its app.");
      }
      const appKey = parsePublicKey(publicKey);
      if (appKey === undefined) {
        throw parameterError(
          problemMessage("is not valid", "an RSA key of 2048 to 8192 bits, its DER form in base64", "pubkey"),
        );
      }
      const server = await newKeyPair();
      const serverKey = server.publicKey.export({ format: "der", type: "pkcs1" }).toString("base64");
      await transact(db, async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable("token")
          .set({
            key_sealed: vault.seal(server.privateKey.export({ format: "der", type: "pkcs8" }), keyContext(serial)),
            rollout_state: "enrolled",
          })
          .where("id", "=", token.row.id)
          // no longer matches if another app was faster, or the token was enrolled again
          .where("key_sealed", "=", token.row.key_sealed)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw parameterError("The push token no longer waits for its app.");
        const app = appKey.export({ format: "der", type: "spki" }).toString("base64");
        await writeInfo(trx, [token.row.id], { [appKeyField]: app, [serverKeyField]: serverKey });
      });
      const enrolled = { ...token, row: { ...token.row, rollout_state: "enrolled" } };
      return { publicKey: serverKey, token: tokenRecord(enrolled) };
    },

    async poll({ serial, timestamp, signature }) {
      const token = await signed(serial, [serial, timestamp], signature);
      await checkTimestamp(token, timestamp);
      const open = await challenges.active({ serial });
      const pending = open.filter(({ status, data }) => status === "pending" && data !== "");
      const serverKey = createPrivateKey({ key: openKey(vault, token), format: "der", type: "pkcs8" });
      return { requests: pending.map(({ data }) => requestOf(data, serial, serverKey)), token: tokenRecord(token) };
    },

    async updateToken({ serial, newToken, timestamp, signature }) {
      const token = await signed(serial, [newToken, serial, timestamp], signature);
      checkLength("new_fb_token", newToken, 1_000);
      await checkTimestamp(token, timestamp);
      await transact(db, (trx) => writeInfo(trx, [token.row.id], { [serviceTokenField]: newToken }));
      return tokenRecord({ ...token, info: { ...token.info, [serviceTokenField]: newToken } });
    },

    async answer({ serial, nonce, signature, decline }) {
      const token = await signed(serial, [nonce, serial, ...(decline ? ["decline"] : [])], signature);
      const challenge = (await challenges.active({ serial })).find(({ data }) => data !== "" && data === nonce);
      const value = challenge !== undefined && (await challenges.decide(challenge, decline ? "declined" : "accept"));
      return { value, transactionId: challenge?.transactionId, token: tokenRecord(token) };
    },
  };

  async function find(serial: string, rolloutState: string): Promise<StoredToken | undefined> {
    // PostgreSQL refuses queries with NUL
    if (serial.includes("\0")) return undefined;
    const query = db
      .selectFrom("token")
      .selectAll()
      .where("serial", "=", serial)
      .where("type", "=", push.type)
      .where("rollout_state", "=", rolloutState);
    return (await loadTokens(db, query))[0];
  }

  /**
   * Returns the token whose app signed the request.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  async function signed(serial: string, parts: readonly string[], signature: string): Promise<StoredToken> {
    const token = await find(serial, "enrolled");
    const key = token && parsePublicKey(token.info[appKeyField] ?? "");
    if (token === undefined || key === undefined || !isSignatureOf(key, parts, signature)) {
      throw parameterError("The signature could not be verified.");
    }
    return token;
  }

  /**
   * Accepts a timestamp if it is at most a minute off, and later than that of the app's last request.
   *
   * @throws {MfaError} PARAMETER_INVALID
   */
  async function checkTimestamp(token: StoredToken, timestamp: string): Promise<void> {
    const instant = parseInstant(timestamp);
    if (instant === undefined || Math.abs(instant.getTime() - clock().getTime()) > pollWindow) {
      throw parameterError(problemMessage("is not the current time", "at most a minute off", "timestamp"));
    }
    if (!(await isNewest(token, sortable(instant, timestamp)))) {
      throw parameterError(
        problemMessage("is not later than that of the last call", "each timestamp once", "timestamp"),
      );
    }
  }

  /**
   * Stores the time of an app's request if it is later than that of the app's last request; otherwise returns false.
   * Uses a single statement, so that a replay never succeeds.
   */
  async function isNewest({ row }: StoredToken, value: string): Promise<boolean> {
    const written = await db
      .insertInto("token_info")
      .values({ token_id: row.id, key: lastPollField, value })
      .onConflict((conflict) =>
        conflict.columns(["token_id", "key"]).doUpdateSet({ value }).where("token_info.value", "<", value),
      )
      .returning("token_id")
      .execute();
    return written.length > 0;
  }

  function requestOf(nonce: string, serial: string, key: KeyObject): PushRequest {
    const request = {
      nonce,
      question: push.prompt,
      serial,
      title: issuer,
      sslverify: "1",
      url: pushEndpoint(url),
    };
    const parts = [nonce, request.url, serial, request.question, request.title, request.sslverify];
    return { ...request, signature: signParts(key, parts) };
  }
}

/**
 * Formats an instant so that later instants are greater as strings. Includes fractions, since apps send several
 * requests per second.
 */
function sortable(instant: Date, timestamp: string): string {
  const [, fraction = ""] = /\.(\d+)/.exec(timestamp) ?? [];
  return `${instant.toISOString().slice(0, 19)}.${fraction.slice(0, 9).padEnd(9, "0")}`;
}
