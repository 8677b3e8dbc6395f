import type { AuditRow } from "./audit-row.js";
import { type SealedRow, sealedRow } from "./row-content.js";

/** Rows of one chain. */
export interface PageRange {
  readonly writer: number;
  /** The rows after this place are read. */
  readonly after: number;
  /** The last place. */
  readonly last: number;
}

/**
 * SQL that reads the first page of a range, and SQL that reads each page after it. The parameters are the writer, the
 * last place of the range, and the place before the page; `next` also has the number of the row before the page.
 */
interface PageTexts {
  readonly first: string;
  readonly next: string;
}

/** SQL that reads pages of one chain. */
export interface PageStatements {
  /**
   * On SQLite, returns rows of {@link SealedRow}; on PostgreSQL, the query of a `copy` whose lines `sealedLine` reads.
   */
  readonly quick: PageTexts;
  /** Returns rows of {@link AuditRow}. */
  readonly exact: PageTexts;
}

/** Maximum number of rows of a page. Exact pages are smaller, since turning their rows into JSON blocks the process. */
export const pageSizes: Readonly<Record<keyof PageStatements, number>> = { quick: 500, exact: 100 };

/** Rows of a page. */
export interface RowPage {
  readonly length: number;
  at(index: number): SealedRow | undefined;
}

/** Runs {@link PageStatements}. */
export interface PageReader {
  /** Runs a `quick` statement. Absent if rows can only be read with `exact` statements. */
  quick?(text: string, parameters: readonly number[]): Promise<RowPage>;
  exact(text: string, parameters: readonly number[]): Promise<readonly AuditRow[]>;
}

interface Page {
  readonly rows: RowPage;
  /** Whether the page has the maximum size, so that more pages may follow. */
  readonly full: boolean;
}

/** Reads the rows of a chain in pages, by place; rows with the same place, if any, by number. */
export async function* readPages(
  reader: PageReader,
  statements: PageStatements,
  { writer, after, last }: PageRange,
): AsyncGenerator<RowPage, void, undefined> {
  const read = async (before: SealedRow | undefined): Promise<Page> => {
    const kind = before === undefined ? "first" : "next";
    const parameters =
      before === undefined ? [writer, last, after] : [writer, last, before.place ?? before.number, before.number];
    const exactly = async () => {
      const rows = await reader.exact(statements.exact[kind], parameters);
      return { rows: rows.map(sealedRow), full: rows.length === pageSizes.exact };
    };
    if (reader.quick === undefined) return exactly();
    try {
      const rows = await reader.quick(statements.quick[kind], parameters);
      return { rows, full: rows.length === pageSizes.quick };
    } catch {
      // the quick statement fails if a value does not have the type of its column; after any other error, the exact
      // statement fails as well
      return exactly();
    }
  };
  let page = await read(undefined);
  while (page.full) {
    // PostgreSQL reads the next page while this one is checked
    const next = read(page.rows.at(-1));
    // if the caller stops here, the error does not matter
    next.catch(() => undefined);
    yield page.rows;
    page = await next;
  }
  if (page.rows.length > 0) yield page.rows;
}
