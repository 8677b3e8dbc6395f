import type { Registry } from "prom-client";

/** The context that all metrics share. */
export interface MetricsContext {
  readonly registers: Registry[];
  readonly clock: () => Date;
  /** Maximum number of destinations with separate series. */
  readonly maxDestinations: number;
  /**
   * Reads a value for a scrape; undefined if that fails or takes too long, so that all other metrics can still be
   * served.
   */
  readonly read: <T>(from: () => Promise<T>) => Promise<T | undefined>;
}

/** Returns the function that reads a value within a time limit. */
export function readWithin(limitMs: number): MetricsContext["read"] {
  return (from) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), limitMs);
      const end = <T>(value: T) => {
        clearTimeout(timer);
        return value;
      };
      from().then(
        (value) => resolve(end(value)),
        () => resolve(end(undefined)),
      );
    });
}

/** Returns a function that reads a value once for all callers that ask for it at the same time. */
export function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
