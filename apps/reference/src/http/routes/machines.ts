import type { Domain } from "@bookend/mfa";
import type { Route } from "../route.js";

/** Returns the routes that list the tokens that are attached to applications on machines. */
export function machineRoutes({ tokenApplications }: Pick<Domain, "tokenApplications">): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/machine/token",
      access: "admin",
      accepts: ["serial", "application", "machineid"],
      async run({ parameters }) {
        const found = await tokenApplications.list({
          serial: parameters.text("serial"),
          application: parameters.text("application"),
          machineId: parameters.text("machineid"),
        });
        return {
          value: found.map(({ id, serial, type, application, machineId, options }) => ({
            id,
            serial,
            type,
            application,
            machine_id: machineId,
            options,
          })),
        };
      },
    },
  ];
}
