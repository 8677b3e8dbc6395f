/** A test that any runner runs: pass `name` and `run` to its `test`. `run` rejects if the test fails. */
export interface ConformanceTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}
