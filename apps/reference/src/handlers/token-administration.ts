import type { TokenAdministration } from "@bookend/handler-token";
import type { Domain } from "@bookend/mfa";

/** Tokens as the token handler changes them. */
export function tokenAdministration({
  tokens,
  tokenGroups,
  tokenApplications,
}: Pick<Domain, "tokens" | "tokenGroups" | "tokenApplications">): TokenAdministration {
  return {
    async enroll({ parameters, user, realm, container }) {
      const places = {
        ...(realm !== undefined && { tokenrealm: realm }),
        ...(container !== undefined && { container_serial: container }),
      };
      const { serial } = await tokens.init({ ...parameters, ...places }, user);
      return { serial };
    },
    delete: (serial) => tokens.delete({ serial }),
    unassign: (serial) => tokens.unassign({ serial }),
    enable: (serial) => tokens.enable({ serial }),
    disable: (serial) => tokens.disable({ serial }),
    async setRealm(serial, realm, { only }) {
      const exists = await tokens.addRealm(serial, realm);
      if (exists && only) await tokens.setRealms(serial, [realm]);
      return exists;
    },
    setDescription: (serial, description) => tokens.set({ serial }, { description }),
    setValidity: (serial, { from, until }) =>
      tokens.set({ serial }, { validFrom: from?.toISOString(), validUntil: until?.toISOString() }),
    setCountWindow: (serial, countWindow) => tokens.set({ serial }, { countWindow }),
    setInfo: (serial, key, value) => tokens.setInfo(serial, key, value),
    increaseInfo: async (serial, key, by) => String(await tokens.increaseInfo(serial, key, by)),
    deleteInfo: (serial, key) => tokens.deleteInfo(serial, key),
    setFailCount: (serial, failCount) => tokens.set({ serial }, { failCount }),
    changeFailCount: (serial, by) => tokens.changeFailCount(serial, by),
    setMaxFailCount: (serial, maxFailCount) => tokens.set({ serial }, { maxFailCount }),
    setPin: (serial, pin) => tokens.set({ serial }, { pin }),
    addGroup: (serial, group) => tokenGroups.add(serial, group),
    removeGroup: (serial, group) => tokenGroups.remove(serial, group),
    attachApplication: (serial, { application, machineId = "", options }) =>
      tokenApplications.attach(serial, { application, machineId, options }),
  };
}
