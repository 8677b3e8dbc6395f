import type { RecordedContainer, RecordedState, RecordedToken } from "@bookend/test-kit";
import type { ContainerAdministration } from "../src/index.js";

/**
 * Creates a minimal host that administers the containers of a recorded state. Those with the info `registered` are
 * registered.
 */
export function recordedContainers(state: RecordedState): ContainerAdministration {
  state.containers ??= [];
  const { containers } = state;
  const find = (serial: string): RecordedContainer => {
    const found = containers.find((one) => one.serial === serial);
    if (!found) throw new Error(`There is no container ${serial}.`);
    return found;
  };
  const change = (serial: string, changes: Partial<RecordedContainer>) => void Object.assign(find(serial), changes);
  const changeTokens = (serial: string, changes: Partial<RecordedToken>) => {
    const inside = find(serial).tokens ?? [];
    for (const token of state.tokens ?? []) if (inside.includes(token.serial)) Object.assign(token, changes);
  };
  return {
    create({ type, description, user, tokens }) {
      const serial = `NEW${containers.length + 1}`;
      const users = user ? [user] : [];
      containers.push({ serial, type, description, states: ["active"], users, info: {}, tokens: [...tokens] });
      return { serial };
    },
    delete: (serial) => void containers.splice(containers.indexOf(find(serial)), 1),
    unassign: (serial) => change(serial, { users: [] }),
    assign: (serial, user) => change(serial, { users: [...(find(serial).users ?? []), user] }),
    setStates: (serial, states) => change(serial, { states: [...states] }),
    changeStates(serial, { add, remove }) {
      const kept = (find(serial).states ?? []).filter((state) => !remove.some((one) => one === state));
      change(serial, { states: [...new Set([...kept, ...add])] });
    },
    setDescription: (serial, description) => change(serial, { description }),
    removeTokens: (serial) => change(serial, { tokens: [] }),
    setInfo: (serial, key, value) => change(serial, { info: { [key]: value } }),
    addInfo: (serial, key, value) => change(serial, { info: { ...find(serial).info, [key]: value } }),
    deleteInfo(serial, key) {
      const info = find(serial).info ?? {};
      const kept = Object.entries(info).filter(([name]) => key !== undefined && name !== key);
      change(serial, { info: Object.fromEntries(kept) });
      return kept.length < Object.keys(info).length;
    },
    enableTokens: (serial) => changeTokens(serial, { active: true }),
    disableTokens: (serial) => changeTokens(serial, { active: false }),
    unregister(serial) {
      const { registered, ...info } = find(serial).info ?? {};
      change(serial, { info });
      return registered !== undefined;
    },
  };
}
