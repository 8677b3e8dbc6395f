import type { Condition, Directories, Handler } from "@bookend/core";

/** A handler, a condition or a directory that breaks in one way. */
export interface Fault {
  readonly name: string;
  /**
   * Class and code of the error in the audit log; undefined if the fault must have no effect, so that the outcome of
   * the action is `done`.
   */
  readonly error: readonly [string, string] | undefined;
  /** The code of the problem that `check` finds for faults that exist before any call. */
  readonly problem?: string;
  /** The position of its binding. @default "post" */
  readonly position?: "pre" | "post";
  /**
   * Returns the value of the handler's getter `actions`. `read` is the number of earlier reads: 0 when the handler is
   * registered.
   */
  readonly actions?: (read: number) => Handler["actions"];
  /** Stored options of the binding. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly condition?: Partial<Condition>;
  /** Stored conditions of the binding. @default the broken condition, if there is one */
  readonly conditions?: Readonly<Record<string, unknown>>;
  readonly tokens?: Partial<Directories["tokens"]>;
  readonly deliveries?: Handler["deliveries"];
}
