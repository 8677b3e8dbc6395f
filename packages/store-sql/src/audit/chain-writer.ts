import type { Transaction } from "kysely";
import type { Database } from "../database.js";
import { StoreError } from "../errors.js";
import { runSteps, type Steps } from "../steps.js";
import type { StoreSchema } from "../store-schema.js";
import { appendRows } from "./append-rows.js";
import { type AuditPlace, type NumberedEntry, sealBatch } from "./audit-chain.js";
import { type AuditSigner, createWriterKey, writerVerifier } from "./audit-keys.js";
import { takeNumbers } from "./audit-numbers.js";
import type { AuditFields } from "./audit-row.js";
import type { AuditVerifier } from "./audit-verifier.js";
import { type AuditChain, certify, headPlace, openingPlace, sealEnd } from "./chain-record.js";
import { checkChain, checkLog } from "./check-log.js";
import { lockCheckpoints } from "./take-checkpoint.js";

/**
 * Milliseconds after the last batch of a process after which another process may close its chain. If the process still
 * runs, it begins a new chain.
 */
const leaseMs = 3_600_000;

/** The chain of this process. */
export interface OwnChain {
  readonly writer: number;
  readonly signer: AuditSigner;
  readonly place: AuditPlace;
}

/** Writes chains. A writer is stateless: the result of each function is valid once its transaction is committed. */
export interface ChainWriter {
  /**
   * Appends entries to a chain; undefined if the chain has changed since this process last wrote to it, in which case
   * `append` must be used.
   */
  extend(chain: OwnChain, entries: readonly AuditFields[]): Steps<OwnChain | undefined>;
  /**
   * Appends entries to a chain, or to a new one if there is none or another process closed it because its writer had
   * seemingly ended.
   *
   * @throws {StoreError} AUDIT_TAMPERED, AUDIT_KEY_UNKNOWN
   */
  append(
    trx: Transaction<StoreSchema>,
    chain: OwnChain | undefined,
    entries: readonly AuditFields[],
  ): Promise<OwnChain>;
  /**
   * Makes sure that the chain can be continued, or a new one begun. @throws {StoreError} AUDIT_TAMPERED,
   * AUDIT_KEY_UNKNOWN
   */
  check(trx: Transaction<StoreSchema>, chain: OwnChain | undefined): Promise<void>;
  /** Signs the end of the chain. */
  end(trx: Transaction<StoreSchema>, chain: OwnChain): Promise<void>;
}

function numberedBy(numbers: readonly number[], entries: readonly AuditFields[]): readonly NumberedEntry[] {
  return entries.map((fields, index) => ({ fields, number: numbers[index] ?? 0 }));
}

/** Creates a writer for a process that has the installation's key. */
export function chainWriter(
  database: Database<StoreSchema>,
  signer: AuditSigner,
  verifier: AuditVerifier,
  now: () => number,
): ChainWriter {
  const begin = async (trx: Transaction<StoreSchema>): Promise<OwnChain> => {
    await lockCheckpoints(database, trx);
    const { newest } = await checkLog(trx, verifier);
    const { signer: own, publicKey } = createWriterKey();
    const start = { public_key: publicKey, start_checkpoint: newest.place.number, start_hash: newest.place.hash };
    // the certificate contains the number of the writer, which is known once the record exists
    const { writer } = await trx
      .insertInto("bookend_audit_chain")
      .values({
        ...start,
        key_id: "",
        certificate: "",
        place: 0,
        hash: "",
        signature: "",
        lease_until: now() + leaseMs,
        closed: 0,
      })
      .returning("writer")
      .executeTakeFirstOrThrow();
    const opening = { writer, ...start };
    const place = openingPlace(opening);
    await trx
      .updateTable("bookend_audit_chain")
      .set({ ...certify(signer, opening), hash: place.hash })
      .where("writer", "=", writer)
      .execute();
    return { writer, signer: own, place };
  };

  /** Writes the rows of a batch, unless the chain has changed since this process last wrote to it. */
  function* write(
    { writer, signer: own, place }: OwnChain,
    entries: readonly NumberedEntry[],
    checkpoint: number,
  ): Steps<OwnChain | undefined> {
    const rows = sealBatch({ writer, signer: own, place }, entries, checkpoint);
    const last = rows.at(-1);
    if (last?.place === undefined || last.place === null) return undefined;
    const isWritten = yield* appendRows(database.dialect, rows, {
      writer,
      from: place,
      to: { number: last.place, hash: last.hash },
      signature: last.signature,
      leaseUntil: now() + leaseMs,
    });
    if (!isWritten) return undefined;
    return { writer, signer: own, place: { number: last.place, hash: last.hash } };
  }

  function* extend(chain: OwnChain, entries: readonly AuditFields[]): Steps<OwnChain | undefined> {
    const { numbers, checkpoint } = yield* takeNumbers(database.dialect, entries.length);
    return yield* write(chain, numberedBy(numbers, entries), checkpoint);
  }

  /**
   * Returns the record of the chain at the place that this process wrote last, or at a later place that this process
   * signed if it wrote more without learning that it was committed.
   */
  const recordOf = async (
    trx: Transaction<StoreSchema>,
    { writer, signer: own, place }: OwnChain,
  ): Promise<AuditChain> => {
    const record = await trx
      .selectFrom("bookend_audit_chain")
      .selectAll()
      .where("writer", "=", writer)
      .executeTakeFirst();
    if (record !== undefined) {
      checkChain(verifier, record);
      const isSame = record.place === place.number && record.hash === place.hash;
      // checked above: the key of the record is certified, and signed the newest row
      const isOwn = writerVerifier(record.public_key)?.keyIds[0] === own.keyId;
      if (isSame || (isOwn && record.place > place.number)) return record;
    }
    throw new StoreError(
      "AUDIT_TAMPERED",
      `The chain of writer ${writer} does not end at row ${place.number}, where this process left it.`,
    );
  };

  return {
    extend,
    async append(trx, chain, entries) {
      const run = <Result>(steps: Steps<Result>) => runSteps(database, trx, steps);
      const { numbers, checkpoint } = await run(takeNumbers(database.dialect, entries.length));
      const numbered = numberedBy(numbers, entries);
      if (chain) {
        const written = await run(write(chain, numbered, checkpoint));
        if (written) return written;
        const record = await recordOf(trx, chain);
        const further = await run(write({ ...chain, place: headPlace(record) }, numbered, checkpoint));
        if (further) return further;
        // another process closed the chain, assuming that this one had ended
      }
      const written = await run(write(await begin(trx), numbered, checkpoint));
      if (written) return written;
      throw new StoreError("AUDIT_TAMPERED", "The record of a new chain differs from what was written.");
    },
    async check(trx, chain) {
      await lockCheckpoints(database, trx);
      if (chain) await recordOf(trx, chain);
      else await checkLog(trx, verifier);
      await trx.selectFrom("bookend_audit").select("number").limit(1).execute();
    },
    async end(trx, { writer, signer: own, place }) {
      await trx
        .updateTable("bookend_audit_chain")
        .set(sealEnd(own, writer, place))
        .where("writer", "=", writer)
        .where("place", "=", place.number)
        .where("hash", "=", place.hash)
        .where("closed", "=", 0)
        .execute();
    },
  };
}
