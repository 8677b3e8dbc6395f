import type { UserRef } from "@bookend/core";
import type { TokenApplicationService } from "../tokens/token-applications.js";
import type { TokenGroupService } from "../tokens/token-groups.js";
import type { TokenService } from "../tokens/types.js";

/** A token to enroll, with its owner, realm and container. */
interface Enrolment {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly user?: UserRef | undefined;
  readonly realm?: string | undefined;
  readonly container?: string | undefined;
}

/** An application, such as SSH, for which a token is used on a machine. Without `machineId`, on any machine. */
interface Application {
  readonly application: string;
  readonly machineId?: string | undefined;
  readonly options: Readonly<Record<string, string | number>>;
}

/** Changes tokens by serial, for the actions of bindings. */
export function tokenAdministration({
  tokens,
  tokenGroups,
  tokenApplications,
}: {
  readonly tokens: TokenService;
  readonly tokenGroups: TokenGroupService;
  readonly tokenApplications: TokenApplicationService;
}) {
  return {
    async enroll({ parameters, user, realm, container }: Enrolment) {
      const places = {
        ...(realm !== undefined && { tokenrealm: realm }),
        ...(container !== undefined && { container_serial: container }),
      };
      const { serial } = await tokens.init({ ...parameters, ...places }, user);
      return { serial };
    },
    delete: (serial: string) => tokens.delete({ serial }),
    unassign: (serial: string) => tokens.unassign({ serial }),
    enable: (serial: string) => tokens.enable({ serial }),
    disable: (serial: string) => tokens.disable({ serial }),
    async setRealm(serial: string, realm: string, { only }: { readonly only: boolean }) {
      const exists = await tokens.addRealm(serial, realm);
      if (exists && only) await tokens.setRealms(serial, [realm]);
      return exists;
    },
    setDescription: (serial: string, description: string) => tokens.set({ serial }, { description }),
    setValidity: (
      serial: string,
      { from, until }: { readonly from?: Date | undefined; readonly until?: Date | undefined },
    ) => tokens.set({ serial }, { validFrom: from?.toISOString(), validUntil: until?.toISOString() }),
    setCountWindow: (serial: string, countWindow: number) => tokens.set({ serial }, { countWindow }),
    setInfo: (serial: string, key: string, value: string) => tokens.setInfo(serial, key, value),
    increaseInfo: async (serial: string, key: string, by: number) => String(await tokens.increaseInfo(serial, key, by)),
    deleteInfo: (serial: string, key?: string) => tokens.deleteInfo(serial, key),
    setFailCount: (serial: string, failCount: number) => tokens.set({ serial }, { failCount }),
    changeFailCount: (serial: string, by: number) => tokens.changeFailCount(serial, by),
    setMaxFailCount: (serial: string, maxFailCount: number) => tokens.set({ serial }, { maxFailCount }),
    setPin: (serial: string, pin: string) => tokens.set({ serial }, { pin }),
    addGroup: (serial: string, group: string) => tokenGroups.add(serial, group),
    removeGroup: (serial: string, group: string) => tokenGroups.remove(serial, group),
    attachApplication: (serial: string, { application, machineId = "", options }: Application) =>
      tokenApplications.attach(serial, { application, machineId, options }),
  };
}
