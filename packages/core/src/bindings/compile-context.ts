import type { Directories } from "../contracts/directories.js";
import type { Condition } from "../definitions/condition.js";
import type { Registry } from "../definitions/registry.js";
import type { ThirdPartyRun } from "../internal/third-party.js";

/** A condition with its parsed value. */
export interface CompiledCondition {
  readonly definition: Condition;
  readonly value: unknown;
  /** The value as the binding configures it, before parsing. */
  readonly configured: unknown;
}

/** The definitions against which bindings are compiled. */
export interface CompileContext {
  readonly registry: Registry;
  readonly directories: Directories;
  /** The names that templates may use, for the code that parses them. */
  readonly tags: ThirdPartyRun["tags"];
  /** Whether the host accepts durable deliveries. */
  readonly durable: boolean;
  /** Condition values parsed so far. Many bindings share a value, so each is kept only once. */
  readonly parsed?: Map<Condition, Map<string, CompiledCondition>> | undefined;
}
