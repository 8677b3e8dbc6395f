import { ConfigError } from "@bookend/reference-config";
import type { AuditFinding } from "@bookend/store-sql";
import { type Source, withServices } from "./source.js";

/** `audit verify` */
export async function verifyAudit(source: Source): Promise<void> {
  const { ok, checked, firstBad } = await withServices(source, ({ store }) => store.audit.verify());
  if (ok) {
    console.log(`${checked} rows, all as they were written.`);
    return;
  }
  console.error(`${placeOf(firstBad)} is not as it was written: ${firstBad?.reason}. ${checked} rows were looked at.`);
  process.exitCode = 1;
}

/** `audit prune` */
export async function pruneAudit({ keepDays, ...source }: Source & { keepDays: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(keepDays)) {
    throw new ConfigError(`--keep-days: ${JSON.stringify(keepDays)} is not valid. Allowed: a whole number of days.`);
  }
  const before = new Date(Date.now() - Number(keepDays) * 86_400_000);
  const { removed } = await withServices(source, ({ store }) => store.audit.prune({ before }));
  console.log(`${removed} rows from before ${before.toISOString()} deleted.`);
}

function placeOf(finding: AuditFinding | undefined): string {
  if (finding?.writer === undefined) return `Checkpoint ${finding?.number}`;
  return finding.writer === 0 ? `Row ${finding.number}` : `Row ${finding.number} of writer ${finding.writer}`;
}
