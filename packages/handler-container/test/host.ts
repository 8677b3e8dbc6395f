import { type BindingInput, createBookend, memoryAudit, memoryBindings } from "@bookend/core";
import { type RecordedContainer, type RecordedState, type RecordedToken, worldOf } from "@bookend/test-kit";
import { container } from "../src/index.js";
import { recordedContainers } from "./recorded-containers.js";

export const alice = { login: "alice", realm: "realm1" };
export const bob = { login: "bob", realm: "realm1" };

/** Creates a token without an owner. */
export function aToken(serial: string, changes: Partial<RecordedToken> = {}): RecordedToken {
  const counters = { failcount: 0, max_failcount: 10, count: 0, count_window: 10 };
  const rest = { type: "hotp", description: "", realms: [], owner: null, tokeninfo: {}, rollout_state: "enrolled" };
  return { serial, active: true, ...rest, ...counters, ...changes };
}

/**
 * Creates a host whose calls name the container C1, which contains the token S1, unless the state specifies otherwise.
 */
export function hostOf(state: Partial<RecordedState> = {}, container1: Partial<RecordedContainer> = {}) {
  const world = worldOf({
    now: "2026-03-15T12:00:00Z",
    realms: { realm1: ["resoA"] },
    tokens: [aToken("S1"), aToken("S2")],
    containers: [{ serial: "C1", states: ["active"], users: [alice], info: { a: "1" }, tokens: ["S1"], ...container1 }],
    request: { all_data: { container_serial: "C1" } },
    ...state,
  });
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [container({ containers: recordedContainers(world.state) })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
  });
  const binding = (action: string, options: BindingInput["options"] = {}): BindingInput => ({
    name: action,
    events: ["call"],
    handler: "Container",
    action,
    options,
  });
  return {
    registry: bookend.registry,
    stored: (serial = "C1") => world.state.containers?.find((one) => one.serial === serial),
    token: (serial: string) => world.state.tokens?.find((one) => one.serial === serial),
    /** Makes a call to which this action is bound; resolves to the audit entry of the action. */
    async run(action: string, options?: BindingInput["options"]) {
      const { id } = await bookend.bindings.add(binding(action, options));
      await bookend.handle(world.call("call"), () => world.response());
      await bookend.bindings.remove(id);
      return audit.entries.at(-1);
    },
    /** Makes one call to which all these actions are bound; resolves to their audit entries. */
    async runAll(...bound: readonly string[]) {
      for (const [index, action] of bound.entries()) {
        await bookend.bindings.add({ ...binding(action), name: `${action} ${index}` });
      }
      await bookend.handle(world.call("call"), () => world.response());
      return audit.entries;
    },
    check: (action: string, options?: BindingInput["options"]) => bookend.check(binding(action, options)),
  };
}
