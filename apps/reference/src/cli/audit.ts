import { problemMessage } from "@bookend/core";
import { ConfigError } from "@bookend/reference-config";
import type { AuditCheckpoint, AuditFinding } from "@bookend/store-sql";
import { type Source, withServices } from "./source.js";

/** Runs `audit verify`. */
export async function verifyAudit({ anchor: given, ...source }: Source & { anchor?: string }): Promise<void> {
  const anchor = given === undefined ? undefined : anchorOf(given);
  const { ok, checked, firstBad, head } = await withServices(source, ({ store }) => store.audit.verify({ anchor }));
  if (ok) {
    console.log(`${checked} rows verified; all are unchanged.`);
    // a later run to which this head is passed as --anchor verifies that no row up to the head was deleted or replaced
    if (head !== undefined && head.checkpoint > 0) console.log(`Head: ${head.checkpoint}:${head.hash}`);
    return;
  }
  console.error(`${placeOf(firstBad)} has been tampered with: ${firstBad?.reason}. ${checked} rows were checked.`);
  process.exitCode = 1;
}

/** Runs `audit prune`. */
export async function pruneAudit({ keepDays, ...source }: Source & { keepDays: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(keepDays)) {
    throw new ConfigError(
      problemMessage(`${JSON.stringify(keepDays)} is not valid`, "a whole number of days", "--keep-days"),
    );
  }
  const before = new Date(Date.now() - Number(keepDays) * 86_400_000);
  const { removed } = await withServices(source, ({ store }) => store.audit.prune({ before }));
  console.log(`${removed} rows from before ${before.toISOString()} deleted.`);
}

/** @throws {ConfigError} */
function anchorOf(given: string): AuditCheckpoint {
  const [, number = "", hash = ""] = /^(\d{1,15}):([A-Za-z0-9+/=_-]{1,200})$/.exec(given.trim()) ?? [];
  if (hash !== "") return { checkpoint: Number(number), hash };
  throw new ConfigError(
    problemMessage(`${JSON.stringify(given)} is not valid`, "the head that an earlier run printed", "--anchor"),
  );
}

function placeOf(finding: AuditFinding | undefined): string {
  if (finding?.writer === undefined) return `Checkpoint ${finding?.number}`;
  return finding.writer === 0 ? `Row ${finding.number}` : `Row ${finding.number} of writer ${finding.writer}`;
}
