/** Number of rows per statement: each row has up to 30 parameters, and databases limit those of a statement. */
const rowsOfStatement = 100;

/** Splits a list into pieces, each of which fits into one statement that writes rows. */
export function inChunks<T>(list: readonly T[]): readonly (readonly T[])[] {
  return pieces(list, rowsOfStatement);
}

/** Splits a list into pieces, each of which fits into one statement that compares a column with its items. */
export function inLists<T>(list: readonly T[]): readonly (readonly T[])[] {
  return pieces(list, rowsOfStatement * 10);
}

function pieces<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}
