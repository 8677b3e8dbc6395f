import type { UserRef } from "@bookend/core";
import type { ContainerService, NewContainer } from "../containers/types.js";
import type { TokenService } from "../tokens/types.js";

/** Changes containers by serial, for the actions of bindings. */
export function containerAdministration({
  containers,
  tokens,
}: {
  readonly containers: ContainerService;
  readonly tokens: TokenService;
}) {
  return {
    create: (container: NewContainer) => containers.create(container),
    delete: (serial: string) => containers.delete(serial),
    unassign: (serial: string) => containers.unassign(serial),
    assign: (serial: string, user: UserRef) => containers.assign(serial, user),
    setStates: (serial: string, states: readonly string[]) => containers.setStates(serial, states),
    changeStates: (serial: string, states: { readonly add: readonly string[]; readonly remove: readonly string[] }) =>
      containers.changeStates(serial, states),
    setDescription: (serial: string, description: string) => containers.setDescription(serial, description),
    removeTokens: (serial: string) => containers.removeAllTokens(serial),
    setInfo: (serial: string, key: string, value: string) => containers.replaceInfo(serial, { [key]: value }),
    addInfo: (serial: string, key: string, value: string) => containers.setInfo(serial, key, value),
    deleteInfo: async (serial: string, key?: string) => (await containers.deleteInfo(serial, key)) > 0,
    async enableTokens(serial: string) {
      for (const each of (await containers.require(serial)).tokens) {
        // revoked tokens are left unchanged
        if (!(await tokens.require(each)).revoked) await tokens.enable({ serial: each });
      }
    },
    async disableTokens(serial: string) {
      for (const each of (await containers.require(serial)).tokens) await tokens.disable({ serial: each });
    },
    unregister: (serial: string) => containers.registration.terminate(serial),
  };
}
