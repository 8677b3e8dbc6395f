import { type BindingInput, createBookend, memoryAudit, memoryBindings } from "@bookend/core";
import { type RecordedState, worldOf } from "@bookend/test-kit";
import { customUserAttribute } from "../src/index.js";
import { recordedAttributes } from "./recorded-attributes.js";

/** Creates a host in a recorded state. */
export function hostOf(state: RecordedState) {
  const world = worldOf(state);
  const audit = memoryAudit();
  const bookend = createBookend({
    handlers: [customUserAttribute({ attributes: recordedAttributes(world.state) })],
    bindings: memoryBindings(),
    directories: world.directories,
    clock: world.clock,
    audit,
  });
  const binding = (action: string, options: BindingInput["options"]): BindingInput => ({
    name: action,
    events: ["call"],
    handler: "CustomUserAttributes",
    action: `${action}_custom_user_attributes`,
    options,
  });
  return {
    registry: bookend.registry,
    /** The custom attributes of a user in realm1. */
    of: (login: string) =>
      world.state.user_attributes?.find(({ user }) => user.login === login && user.realm === "realm1")?.attributes ??
      {},
    /**
     * Makes one call to which the action is bound several times, once with each of the options; resolves to the last
     * audit entry.
     */
    async run(action: string, ...options: readonly NonNullable<BindingInput["options"]>[]) {
      for (const [index, given] of options.entries()) {
        await bookend.bindings.add({ ...binding(action, given), name: `${action} ${index}` });
      }
      await bookend.handle(world.call("call"), () => world.response());
      for (const { id } of await bookend.bindings.list()) await bookend.bindings.remove(id);
      return audit.entries.at(-1);
    },
    check: (action: string, options: BindingInput["options"]) => bookend.check(binding(action, options)),
  };
}
