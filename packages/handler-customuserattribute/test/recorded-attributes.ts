import type { UserRef } from "@bookend/core";
import type { RecordedState } from "@bookend/test-kit";
import type { UserAttributes } from "../src/index.js";

/** Creates a minimal host that keeps the custom attributes of a recorded state. */
export function recordedAttributes(state: RecordedState): UserAttributes {
  state.user_attributes ??= [];
  const stored = state.user_attributes;
  const find = ({ login, realm }: UserRef) =>
    stored.find(({ user }) => user.login === login && user.realm === realm)?.attributes;
  return {
    set(user, key, value) {
      const attributes = find(user);
      if (attributes) attributes[key] = value;
      else stored.push({ user: { login: user.login, realm: user.realm }, attributes: { [key]: value } });
    },
    delete(user, key) {
      const attributes = find(user);
      if (!attributes || !Object.hasOwn(attributes, key)) return false;
      delete attributes[key];
      return true;
    },
  };
}
