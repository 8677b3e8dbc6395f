/** A clock that moves only when the test advances it. */
export interface TestClock {
  /** The current time; pass this function as `clock`. */
  readonly now: () => Date;
  /** Moves the clock forward by this many milliseconds. */
  advance(milliseconds: number): void;
}

/** Creates a clock that starts at an instant. @default 2030-01-02T03:04:05Z */
export function testClock(start: Date = new Date("2030-01-02T03:04:05Z")): TestClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    advance(milliseconds) {
      time += milliseconds;
    },
  };
}
