/**
 * Settles as `work` does, or rejects with the result of `late` if that takes longer than `ms` milliseconds. A later
 * result of `work` is ignored.
 */
export function withDeadline<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Resolves when `work` has settled in any way, or after `ms` milliseconds. */
export async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.resolve(work).catch(() => undefined), late]);
  clearTimeout(timer);
}
