import type { ContainerAdministration } from "@bookend/handler-container";
import type { Domain } from "@bookend/mfa";

/** Containers as the container handler changes them. */
export function containerAdministration({
  containers,
  tokens,
}: Pick<Domain, "containers" | "tokens">): ContainerAdministration {
  return {
    create: (container) => containers.create(container),
    delete: (serial) => containers.delete(serial),
    unassign: (serial) => containers.unassign(serial),
    assign: (serial, user) => containers.assign(serial, user),
    setStates: (serial, states) => containers.setStates(serial, states),
    changeStates: (serial, states) => containers.changeStates(serial, states),
    setDescription: (serial, description) => containers.setDescription(serial, description),
    removeTokens: (serial) => containers.removeAllTokens(serial),
    setInfo: (serial, key, value) => containers.replaceInfo(serial, { [key]: value }),
    addInfo: (serial, key, value) => containers.setInfo(serial, key, value),
    deleteInfo: async (serial, key) => (await containers.deleteInfo(serial, key)) > 0,
    async enableTokens(serial) {
      for (const each of (await containers.require(serial)).tokens) {
        // a revoked one stays as it is
        if (!(await tokens.require(each)).revoked) await tokens.enable({ serial: each });
      }
    },
    async disableTokens(serial) {
      for (const each of (await containers.require(serial)).tokens) await tokens.disable({ serial: each });
    },
    unregister: (serial) => containers.registration.terminate(serial),
  };
}
