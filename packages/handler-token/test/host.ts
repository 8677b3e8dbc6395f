import { type BindingInput, createBookend, memoryAudit, memoryBindings, type Problem } from "@bookend/core";
import { type RecordedState, type RecordedToken, worldOf } from "@bookend/test-kit";
import { type TokenOptions, token } from "../src/index.js";
import { recordedTokens } from "./recorded-tokens.js";

/** Creates a token of alice in realm1. */
export function aToken(changes: Partial<RecordedToken> & { readonly serial: string }): RecordedToken {
  return {
    type: "hotp",
    description: "",
    realms: ["realm1"],
    owner: { login: "alice", realm: "realm1", resolver: "resoA" },
    tokeninfo: {},
    failcount: 0,
    max_failcount: 10,
    count: 0,
    count_window: 10,
    active: true,
    rollout_state: "enrolled",
    ...changes,
  };
}

/**
 * Creates a host whose clock is at 2026-03-15T12:00Z and whose calls name the token S1, unless the state specifies
 * otherwise.
 */
export function hostOf(
  state: Partial<RecordedState> = {},
  { actionTimeoutMs, ...options }: Partial<TokenOptions> & { readonly actionTimeoutMs?: number } = {},
) {
  const world = worldOf({
    now: "2026-03-15T12:00:00Z",
    realms: { realm1: ["resoA"], realm2: ["resoB"] },
    tokens: [aToken({ serial: "S1" })],
    request: { all_data: { serial: "S1" } },
    ...state,
  });
  const tokens = recordedTokens(world.state);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [token({ tokens, ...options })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
    actionTimeoutMs,
  });
  const binding = (action: string, given: BindingInput["options"] = {}): BindingInput => ({
    name: action,
    events: ["call"],
    handler: "Token",
    action,
    options: given,
  });
  return {
    tokens,
    /** The current state of the token with a serial. */
    stored: (serial = "S1") => world.state.tokens?.find((one) => one.serial === serial),
    /** Makes a call to which this action is bound; resolves to the audit entry of the action. */
    async run(action: string, given?: BindingInput["options"]) {
      const { id } = await bookend.bindings.add(binding(action, given));
      const response = await bookend.handle(world.call("call"), () => world.response());
      await bookend.bindings.remove(id);
      return { entry: audit.entries.at(-1), response };
    },
    /** Makes one call to which all these actions are bound; resolves to their audit entries. */
    async runAll(...actions: readonly string[]) {
      for (const [index, action] of actions.entries()) {
        await bookend.bindings.add({ ...binding(action), name: `${action} ${index}` });
      }
      await bookend.handle(world.call("call"), () => world.response());
      return audit.entries;
    },
    check: (action: string, given?: BindingInput["options"]): Promise<readonly Problem[]> =>
      bookend.check(binding(action, given)),
    registry: bookend.registry,
  };
}
