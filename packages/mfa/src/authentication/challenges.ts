import { transactTogether } from "@bookend/store-sql";
import type { Selectable, Transaction } from "kysely";
import type { DomainContext } from "../database/domain-context.js";
import type { ChallengeTable, DomainSchema } from "../database/schema.js";
import { searchIn, withoutNul } from "../database/search.js";
import type { ChallengeService } from "./types.js";

/** Milliseconds for which an expired challenge is kept, for conditions that check whether it has expired. */
const keptAfterExpiry = 3_600_000;

/** An open challenge with its expected answer. */
export interface OpenChallenge {
  readonly transactionId: string;
  readonly serial: string;
  readonly status: string;
  /** The code that was sent; null if none was sent. */
  readonly answer: string | null;
  /** The string to sign out of band; empty if the token does not sign. */
  readonly data: string;
}

/** Challenges, with the operations that authentication needs to open them and use them up. */
export interface Challenges extends ChallengeService {
  open(
    trx: Transaction<DomainSchema>,
    challenge: {
      readonly transactionId: string;
      readonly serial: string;
      readonly answer: string | null;
      readonly data: string;
    },
  ): Promise<void>;
  /** Returns the challenges that have not expired. */
  active(filter: { readonly transactionId: string } | { readonly serial: string }): Promise<readonly OpenChallenge[]>;
  /**
   * Stores a decision that arrived out of band. Returns false if the challenge has been decided already, has expired or
   * does not exist.
   */
  decide(challenge: Pick<OpenChallenge, "transactionId" | "serial">, status: "accept" | "declined"): Promise<boolean>;
  /** Returns the number of challenges of a token that were opened since this time. */
  openedSince(trx: Transaction<DomainSchema>, serial: string, since: Date): Promise<number>;
  /** Deletes challenges that expired more than an hour ago. */
  clear(): Promise<void>;
  /** Deletes a challenge whose code could not be sent. */
  withdraw(transactionId: string, serial: string): Promise<void>;
}

/** Stores challenges in the database. `validity` is in seconds. */
export function createChallenges({ clock, db, dialect, vault }: DomainContext, validity: number): Challenges {
  const { isOrFits } = searchIn(dialect);
  const rows = (filter: { readonly serial?: string | undefined; readonly transactionId?: string | undefined }) =>
    db
      .selectFrom("challenge")
      .selectAll()
      .$if(filter.serial !== undefined, (query) => query.where(isOrFits("challenge.serial", filter.serial ?? "")))
      .$if(filter.transactionId !== undefined, (query) =>
        query.where("transaction_id", "=", withoutNul(filter.transactionId ?? "")),
      )
      .orderBy("created_at", "desc")
      .orderBy("serial");
  const answerOf = ({ answer_sealed, transaction_id, serial }: Selectable<ChallengeTable>): string | null =>
    answer_sealed === null ? null : vault.open(answer_sealed, answerContext(transaction_id, serial)).toString();
  const expiredBefore = (instant: number): Promise<number> =>
    transactTogether({ db, dialect }, async (trx) => {
      const { numDeletedRows } = await trx
        .deleteFrom("challenge")
        .where("expires_at", "<=", instant)
        .executeTakeFirst();
      return Number(numDeletedRows);
    });

  return {
    async list(filter = {}) {
      return (await rows(filter).execute()).map((row) => ({
        transactionId: row.transaction_id,
        serial: row.serial,
        session: row.session,
        data: row.data,
        createdAt: new Date(row.created_at),
        expiresAt: new Date(row.expires_at),
      }));
    },
    deleteExpired: () => expiredBefore(clock().getTime()),
    async clear() {
      await expiredBefore(clock().getTime() - keptAfterExpiry);
    },
    async open(trx, { transactionId, serial, answer, data }) {
      const now = clock().getTime();
      await trx
        .insertInto("challenge")
        .values({
          transaction_id: transactionId,
          serial,
          session: "",
          data,
          answer_sealed: answer === null ? null : vault.seal(answer, answerContext(transactionId, serial)),
          status: "pending",
          created_at: now,
          expires_at: now + validity * 1000,
        })
        .execute();
    },
    async active(filter) {
      const found = await rows(filter).where("expires_at", ">", clock().getTime()).execute();
      return found.map((row) => ({
        transactionId: row.transaction_id,
        serial: row.serial,
        status: row.status,
        answer: answerOf(row),
        data: row.data,
      }));
    },
    async decide({ transactionId, serial }, status) {
      const { numUpdatedRows } = await db
        .updateTable("challenge")
        .set({ status, ...(status === "declined" ? { session: "challenge_declined" } : {}) })
        .where("transaction_id", "=", transactionId)
        .where("serial", "=", serial)
        .where("status", "=", "pending")
        .where("expires_at", ">", clock().getTime())
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async openedSince(trx, serial, since) {
      const { count } = await trx
        .selectFrom("challenge")
        .select((challenge) => challenge.fn.countAll<number>().as("count"))
        .where("serial", "=", serial)
        .where("created_at", ">", since.getTime())
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async withdraw(transactionId, serial) {
      await db
        .deleteFrom("challenge")
        .where("transaction_id", "=", transactionId)
        .where("serial", "=", serial)
        .execute();
    },
  };
}

/** Returns the context to which the encrypted answer of a challenge is bound. */
export const answerContext = (transactionId: string, serial: string) =>
  `the answer to ${transactionId} of token ${serial}`;
