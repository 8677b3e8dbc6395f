import { setImmediate } from "node:timers/promises";
import { inChunks } from "../chunks.js";
import { type AuditPlace, chainStart, checkMark } from "./audit-chain.js";
import { readMark } from "./audit-marks.js";
import { cutPlace } from "./chain-record.js";
import { type CheckpointRow, checkCheckpoint, checkpointLeaves, type Leaf } from "./checkpoint.js";
import type { AuditFinding, AuditFlaw, Verification } from "./verification.js";

const pageSize = 200;

/**
 * Finds the first flaw of the checkpoints, or the first contradiction between them and the chains, which must have been
 * verified before.
 */
export async function verifyCheckpoints(verification: Verification): Promise<AuditFinding | undefined> {
  const { db, verifier, snapshot } = verification;
  const anchor = verification.anchor && "checkpoint" in verification.anchor ? verification.anchor : undefined;
  const { newest, base } = snapshot.marks;
  const bad = (number: number, reason: AuditFlaw): AuditFinding => ({ number, reason });
  for (const mark of [newest, base]) {
    if (mark && checkMark(verifier, mark) !== "valid") return bad(mark.number, "checkpoint");
  }
  const last = newest?.number ?? 0;
  const latest = Math.max(verification.named, base?.number ?? 0, ...snapshot.chains.map((one) => one.start_checkpoint));
  if (latest > last) return bad(latest, "checkpoint");

  /** For each checkpoint, the hashes that chains recorded when they began. */
  const begun = new Map<number, string[]>();
  for (const { start_checkpoint, start_hash } of snapshot.chains) {
    const hashes = begun.get(start_checkpoint);
    if (hashes) hashes.push(start_hash);
    else begun.set(start_checkpoint, [start_hash]);
  }
  /** The places of chains according to the checkpoints read so far. */
  const state = new Map<number, Leaf>();
  let place: AuditPlace | undefined = base === undefined ? chainStart : undefined;
  for await (const rows of readCheckpoints(verification, base?.number ?? 1, last)) {
    const news: SeenLeaf[] = [];
    for (const row of rows) {
      if (place === undefined || row.number !== place.number + 1) {
        // the oldest checkpoint, even if earlier ones have just been pruned
        const start = place === undefined ? base : await readMark(db, "base");
        const begins = start && checkMark(verifier, start) === "valid" && start.number === row.number;
        if (!begins || start.hash !== row.hash) return bad((place?.number ?? row.number - 1) + 1, "checkpoint");
      } else if (row.previous !== place.hash) return bad(row.number, "checkpoint");
      const leaves = checkpointLeaves(row);
      if (leaves === undefined) return bad(row.number, "checkpoint");
      if (row.number === last && (row.hash !== newest?.hash || checkCheckpoint(verifier, row) !== "valid")) {
        return bad(row.number, "checkpoint");
      }
      if (begun.get(row.number)?.some((hash) => hash !== row.hash)) return bad(row.number, "checkpoint");
      if (anchor?.checkpoint === row.number && anchor.hash !== row.hash) return bad(row.number, "rolled_back");
      for (const leaf of leaves) {
        const before = state.get(leaf[0]);
        if (before && (before[1] > leaf[1] || before[3] > leaf[3])) return bad(row.number, "checkpoint");
        if (before?.[2] !== leaf[2]) news.push({ leaf, checkpoint: row.number });
        state.set(leaf[0], leaf);
      }
      place = { number: row.number, hash: row.hash };
    }
    const lost = await findLost(verification, news);
    if (lost) {
      const [writer, number] = lost;
      const isThere = writer === 0 || snapshot.chains.some((chain) => chain.writer === writer);
      return { writer, number, reason: isThere ? "rolled_back" : "head" };
    }
  }
  if ((place?.number ?? 0) !== last) return bad((place?.number ?? 0) + 1, "checkpoint");
  if (anchor && anchor.checkpoint > last) return bad(last + 1, "rolled_back");
  return compare(verification, state);
}

/** Compares the current place of each chain with its place at the newest checkpoint that names it. */
function compare({ snapshot }: Verification, state: ReadonlyMap<number, Leaf>): AuditFinding | undefined {
  const chains = new Map(snapshot.chains.map((chain) => [chain.writer, chain]));
  for (const [writer, place, , closed] of state.values()) {
    const oldHead = snapshot.marks.head && { place: snapshot.marks.head.number, closed: 0 };
    const chain = writer === 0 ? oldHead : chains.get(writer);
    if (chain === undefined) return { writer, number: place, reason: "head" };
    if (chain.place < place) return { writer, number: chain.place + 1, reason: "rolled_back" };
    if (closed === 1 && (chain.closed === 0 || chain.place !== place)) return { writer, number: place, reason: "head" };
  }
  for (const { writer, settled, place, closed } of snapshot.chains) {
    // a chain that later checkpoints omit must have ended, and one checkpoint must have named it as closed
    if (settled !== null && (closed === 0 || !state.has(writer))) return { writer, number: place, reason: "head" };
  }
  return undefined;
}

async function* readCheckpoints(
  { db }: Verification,
  first: number,
  last: number,
): AsyncGenerator<readonly CheckpointRow[], void, undefined> {
  let from = first;
  while (from <= last) {
    const rows = await db
      .selectFrom("bookend_audit_checkpoint")
      .selectAll()
      .where("number", ">=", from)
      .where("number", "<=", last)
      .orderBy("number")
      .limit(pageSize)
      .execute();
    const newest = rows.at(-1);
    if (newest === undefined) return;
    yield rows;
    from = newest.number + 1;
    await setImmediate();
  }
}

/** A leaf, and the first checkpoint that contains it. */
interface SeenLeaf {
  readonly leaf: Leaf;
  readonly checkpoint: number;
}

/**
 * Finds the first leaf whose row was replaced, or is missing although it was not pruned. A row was replaced if its hash
 * is not that of the leaf, or if it names the checkpoint of the leaf or a later one, which did not exist yet when the
 * row was written.
 */
async function findLost({ db, verifier }: Verification, leaves: readonly SeenLeaf[]): Promise<Leaf | undefined> {
  for (const some of inChunks(leaves)) {
    const found = await db
      .selectFrom("bookend_audit")
      .select(["writer", "place", "number", "hash", "checkpoint"])
      .where((eb) =>
        eb.or(
          some.map(({ leaf: [writer, place] }) =>
            eb.and([eb("writer", "=", writer), eb(writer === 0 ? "number" : "place", "=", place)]),
          ),
        ),
      )
      .execute();
    const rows = new Map(found.map((row) => [`${row.writer} ${row.place ?? row.number}`, row]));
    for (const { leaf, checkpoint } of some) {
      const [writer, place, hash] = leaf;
      const row = rows.get(`${writer} ${place}`);
      if (row?.hash === hash && (row.checkpoint ?? 0) < checkpoint) continue;
      if (row !== undefined || !(await wasPruned({ db, verifier }, writer, place))) return leaf;
    }
  }
  return undefined;
}

async function wasPruned(
  { db, verifier }: Pick<Verification, "db" | "verifier">,
  writer: number,
  place: number,
): Promise<boolean> {
  if (writer === 0) {
    const cut = await readMark(db, "checkpoint");
    return cut !== undefined && checkMark(verifier, cut) === "valid" && cut.number >= place;
  }
  const chain = await db.selectFrom("bookend_audit_chain").selectAll().where("writer", "=", writer).executeTakeFirst();
  const cut = chain && cutPlace(verifier, chain);
  return cut !== undefined && typeof cut !== "string" && cut.number >= place;
}
