/** A ratio, and the interval that contains it with a probability of 95 %. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Number of times that samples are drawn again to find out how uncertain a ratio is. */
const draws = 200;

/** Returns the value below which a part of the values is. */
export function quantile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
}

/**
 * Returns how many times the 99th percentile of `values` is that of `base`. The interval is found by drawing samples
 * from the measured values (a bootstrap). With 200 values, the 99th percentile is the second largest, and the ratio of
 * two measurements of the same server is between 0.5 and 2.
 */
export function ratioOfP99(values: readonly number[], base: readonly number[]): Ratio {
  const ratio = (of: readonly number[], to: readonly number[]) => quantile(of, 0.99) / quantile(to, 0.99);
  const ratios = Array.from({ length: draws }, () => ratio(drawn(values), drawn(base)));
  return { value: ratio(values, base), low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

function drawn(values: readonly number[]): readonly number[] {
  return values.map(() => values[Math.floor(Math.random() * values.length)] as number);
}
