import type { AuditRow } from "./audit-row.js";
import { type SealedRow, sealedRow } from "./row-content.js";

/** Rows of one chain. */
export interface PageRange {
  readonly writer: number;
  /** A place; the rows after it are read. */
  readonly after: number;
  /** The last place. */
  readonly last: number;
}

/** Rows of a page. */
export const pageSize = 500;

/**
 * SQL that reads the first page of a range, and those that follow. Its parameters: writer, last place, place before; of
 * `next`, number before.
 */
interface PageTexts {
  readonly first: string;
  readonly next: string;
}

/** SQL that reads pages of one chain. */
export interface PageStatements {
  /** Returns rows of {@link SealedRow}. */
  readonly quick: PageTexts;
  /** Returns rows of {@link AuditRow}. */
  readonly exact: PageTexts;
}

/** Runs a statement. */
export type RunPage = (text: string, parameters: readonly number[]) => Promise<readonly unknown[]>;

/** Reads the rows of a chain in pages, by place; rows with the same place, if any, by number. */
export async function* readPages(
  run: RunPage,
  { quick, exact }: PageStatements,
  { writer, after, last }: PageRange,
): AsyncGenerator<readonly SealedRow[], void, undefined> {
  const read = async (before: SealedRow | undefined): Promise<readonly SealedRow[]> => {
    const kind = before === undefined ? "first" : "next";
    const parameters =
      before === undefined ? [writer, last, after] : [writer, last, before.place ?? before.number, before.number];
    try {
      return (await run(quick[kind], parameters)) as SealedRow[];
    } catch {
      // a value does not have the type of its column; if it is something else, this fails too
      return ((await run(exact[kind], parameters)) as AuditRow[]).map(sealedRow);
    }
  };
  let rows = await read(undefined);
  while (rows.length === pageSize) {
    // PostgreSQL reads the next page while this one is checked
    const next = read(rows.at(-1));
    // whoever stops here has no use for its error
    next.catch(() => undefined);
    yield rows;
    rows = await next;
  }
  if (rows.length > 0) yield rows;
}
