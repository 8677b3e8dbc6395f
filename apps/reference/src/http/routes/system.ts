import { type Domain, notFoundError } from "@bookend/mfa";
import { checkOverrides, overrideSetting } from "../client-of.js";
import type { Route } from "../route.js";

/** Returns the routes for system-wide settings. */
export function systemRoutes({ settings }: Pick<Domain, "settings">): readonly Route[] {
  const save = (path: string): Route => ({
    method: "POST",
    path,
    access: "admin",
    async run({ parameters }) {
      if (Object.hasOwn(parameters.all, overrideSetting)) checkOverrides(parameters.text(overrideSetting) ?? "");
      const values = Object.keys(parameters.all).map((name) => [name, parameters.text(name) ?? ""]);
      return { value: await settings.setAll(Object.fromEntries(values)) };
    },
  });
  return [
    { method: "GET", path: "/system/", access: "admin", run: async () => ({ value: await settings.all() }) },
    {
      method: "GET",
      path: "/system/:key",
      access: "admin",
      async run({ parameters }) {
        const key = parameters.required("key");
        const value = await settings.get(key);
        if (value === undefined) throw notFoundError(`There is no setting ${JSON.stringify(key)}.`);
        return { value };
      },
    },
    save("/system/setConfig"),
    save("/system/setDefault"),
    {
      method: "DELETE",
      path: "/system/:key",
      access: "admin",
      run: async ({ parameters }) => ({ value: (await settings.delete(parameters.required("key"))) ? 1 : 0 }),
    },
  ];
}
