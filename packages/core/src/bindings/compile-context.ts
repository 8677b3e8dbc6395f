import type { Directories } from "../contracts/directories.js";
import type { Condition } from "../definitions/condition.js";
import type { Registry } from "../definitions/registry.js";
import type { ThirdPartyRun } from "../internal/third-party.js";

/** A condition with its parsed value. */
export interface CompiledCondition {
  readonly definition: Condition;
  readonly value: unknown;
  /** As the binding has it. */
  readonly configured: unknown;
}

/** The definitions against which bindings are compiled. */
export interface CompileContext {
  readonly registry: Registry;
  readonly directories: Directories;
  /** The names that templates may use: passed on to the code that parses them. */
  readonly tags: ThirdPartyRun["tags"];
  /** Whether the host takes durable deliveries. */
  readonly durable: boolean;
  /** Condition values parsed so far: many bindings want the same, and it is kept once. */
  readonly parsed?: Map<Condition, Map<string, CompiledCondition>> | undefined;
}
