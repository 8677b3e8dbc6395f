import type { HandlerSubject, Peers } from "./handler-subject.js";
import type { TestBed } from "./test-bed.js";

/** A test of the suite. */
export interface HandlerTest {
  /** A sentence that is true for a handler that passes. */
  readonly name: string;
  run(bed: TestBed, subject: HandlerSubject<Peers>): Promise<void> | void;
}
