import type { TokenAdministration } from "@bookend/handler-token";
import { type TokenService, tokenError } from "../domain/index.js";

/** Tokens as the token handler changes them. This server has no containers, token groups and applications: naming one fails. */
export function tokenAdministration(tokens: TokenService): TokenAdministration {
  const missing = (what: string) => tokenError(`This server has no ${what}.`);
  return {
    async enroll({ parameters, user, realm, container }) {
      if (container !== undefined) throw missing("containers");
      const { serial } = await tokens.init(
        realm === undefined ? parameters : { ...parameters, tokenrealm: realm },
        user,
      );
      return { serial };
    },
    delete: (serial) => tokens.delete({ serial }),
    unassign: (serial) => tokens.unassign({ serial }),
    enable: (serial) => tokens.enable({ serial }),
    disable: (serial) => tokens.disable({ serial }),
    async setRealm(serial, realm, { only }) {
      const former = only ? [] : (await tokens.require(serial)).realms;
      await tokens.setRealms(serial, [...new Set([...former, realm])]);
      return true;
    },
    setDescription: (serial, description) => tokens.set({ serial }, { description }),
    setValidity: (serial, { from, until }) =>
      tokens.set({ serial }, { validFrom: from?.toISOString(), validUntil: until?.toISOString() }),
    setCountWindow: (serial, countWindow) => tokens.set({ serial }, { countWindow }),
    setInfo: (serial, key, value) => tokens.setInfo(serial, key, value),
    increaseInfo: async (serial, key, by) => String(await tokens.increaseInfo(serial, key, by)),
    async deleteInfo(serial, key) {
      if (key !== undefined) return tokens.deleteInfo(serial, key);
      const keys = Object.keys((await tokens.require(serial)).info);
      for (const each of keys) await tokens.deleteInfo(serial, each);
      return keys.length > 0;
    },
    setFailCount: (serial, failCount) => tokens.set({ serial }, { failCount }),
    changeFailCount: (serial, by) => tokens.changeFailCount(serial, by),
    setMaxFailCount: (serial, maxFailCount) => tokens.set({ serial }, { maxFailCount }),
    setPin: (serial, pin) => tokens.set({ serial }, { pin }),
    addGroup: () => Promise.reject(missing("token groups")),
    removeGroup: () => Promise.reject(missing("token groups")),
    attachApplication: () => Promise.reject(missing("token applications")),
  };
}
