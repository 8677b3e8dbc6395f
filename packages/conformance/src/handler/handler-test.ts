import type { HandlerSubject, Peers } from "./handler-subject.js";
import type { TestBed } from "./test-bed.js";

/** A test of the suite. */
export interface HandlerTest {
  /** States what is true of a handler that passes. */
  readonly name: string;
  run(bed: TestBed, subject: HandlerSubject<Peers>): Promise<void> | void;
}
