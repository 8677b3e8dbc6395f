import { setImmediate } from "node:timers/promises";
import type { UserRef } from "@bookend/core";
import type { Domain } from "../../src/index.js";
import { openDomain } from "../open-domain.js";

// race.ts URL LOGIN TIMES: performs all actions below that many times, at the same time as another process does with
// another login, and prints the result of each attempt as JSON by action: the service's response, or the code of its
// error
const [url = "", login = "", times = ""] = process.argv.slice(2);

const actions: Record<string, (domain: Domain, user: UserRef, index: number) => Promise<unknown>> = {
  claim: ({ containers }, user, index) => containers.claim(`F${index}`, user),
  states: async ({ containers }, { login: who }, index) => {
    await containers.changeStates(`C${index}`, { add: [who === "alice" ? "active" : "disabled"] });
    return true;
  },
  membership: ({ containers }, { login: who }, index) =>
    containers.addToken(who === "alice" ? "M0" : "M1", `T${index}`),
  enrolment: async ({ tokens }, user, index) => {
    await tokens.init(
      { serial: `S${index}`, otpkey: user.login === "alice" ? "aa".repeat(20) : "bb".repeat(20) },
      user,
    );
    return true;
  },
  container: async ({ containers }, user, index) => {
    await containers.create({ type: "generic", serial: `N${index}`, user });
    return true;
  },
  assignment: async ({ tokens }, user, index) => {
    await tokens.assign(`T${index}`, user);
    return true;
  },
  user: async ({ users }, _, index) => {
    await users.add("people", { username: `new${index}` });
    return true;
  },
  attribute: async ({ users }, { login: who }, index) => {
    await users.setAttribute({ login: "carol", realm: "realm1" }, `key${index}`, who);
    return true;
  },
  realm: async ({ realms }, _, index) => {
    await realms.save(`raced${index}`, [{ name: "people" }]);
    return true;
  },
  resolver: async ({ resolvers }, _, index) => {
    await resolvers.save(`raced${index}`, "sqlresolver", {});
    return true;
  },
  admin: async ({ admins }, { login: who }, index) => {
    await admins.save(`admin${index}`, { password: `${who}-password` });
    return true;
  },
  registration: async ({ authentication, settings }, _, index) => {
    const pass = (await settings.get(`code.${index}`)) ?? "";
    return (await authentication.check({ serial: `R${index}`, pass })).value;
  },
};

const { domain, database } = await openDomain(url);

/** Waits until both processes have reached this point. */
async function meet(place: string): Promise<void> {
  await domain.settings.set(`${place}.${login}`, "here");
  const other = login === "alice" ? "bob" : "alice";
  while ((await domain.settings.get(`${place}.${other}`)) === undefined) await setImmediate();
}

const ended: Record<string, readonly unknown[]> = {};
for (const [name, action] of Object.entries(actions)) {
  await meet(name);
  // several concurrent calls, as on a server
  ended[name] = await Promise.all(
    Array.from({ length: Number(times) }, (_, index) =>
      action(domain, { login, realm: "realm1" }, index).catch(
        (error: { code?: unknown }) => error.code ?? String(error),
      ),
    ),
  );
}
await meet("end");
console.log(JSON.stringify(ended));
await database.close();
