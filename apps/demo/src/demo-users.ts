import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Domain } from "@bookend/mfa";
import type { Config } from "@bookend/reference";
import { hash } from "@node-rs/argon2";

/** The demo's administrator. */
export const demoAdmin = { username: "admin", password: "bookend-demo", email: "admin@demo.example" } as const;

/** The realm whose calls are forwarded to another server, which knows its users. */
export const branchRealm = "branch";

/**
 * Users in tables, by resolver. `people` belongs to the realm `corp`, the default, and `partners` to the realm of that
 * name. Each password is the login followed by `-demo`.
 */
const people = {
  people: [
    ["alice", "Alice", "Archer", "+12025550101"],
    ["bob", "Bob", "Baker", "+12025550102"],
    ["carol", "Carol", "Carter", "+12025550103"],
  ],
  partners: [
    ["frank", "Frank", "Fisher", "+12025550201"],
    ["grace", "Grace", "Gardner", "+12025550202"],
  ],
} as const;

/** Users in a file, who also belong to the realm `corp`. */
const staff = [
  ["dave", "Dave", "Dyer", "+12025550104"],
  ["erin", "Erin", "Eaton", "+12025550105"],
] as const;

/** Adds the administrator, realms with a table and a file as resolvers, and their users. */
export async function addDemoUsers(
  { admins, resolvers, realms, users }: Domain,
  config: Pick<Config, "dataDirectory" | "pinHash">,
): Promise<void> {
  const { username, password, email } = demoAdmin;
  await admins.save(username, { password, email });
  for (const [resolver, members] of Object.entries(people)) {
    await addTable({ resolvers, users }, resolver, members);
  }
  await resolvers.save("staff", "passwdresolver", { fileName: await writePasswdFile(config) });
  await realms.save("corp", [
    { name: "people", priority: 1 },
    { name: "staff", priority: 2 },
  ]);
  await realms.save("partners", [{ name: "partners" }]);
  await realms.setDefault("corp");
}

/** Adds a realm with one user, Bob, who has no token in it. Keeps the realm if an administrator has created it. */
export async function addBranchUsers({ resolvers, realms, users }: Domain): Promise<void> {
  if (await realms.find(branchRealm)) return;
  await addTable({ resolvers, users }, branchRealm, [people.people[1]]);
  await realms.save(branchRealm, [{ name: branchRealm }]);
}

/** Adds a resolver and those of its users who do not exist yet. */
async function addTable(
  { resolvers, users }: Pick<Domain, "resolvers" | "users">,
  resolver: string,
  members: readonly (readonly [login: string, givenname: string, surname: string, mobile: string])[],
): Promise<void> {
  await resolvers.save(resolver, "sqlresolver", {});
  for (const [login, givenname, surname, mobile] of members) {
    if (await users.find({ login, realm: "", resolver })) continue;
    const details = { givenname, surname, email: `${login}@demo.example`, mobile };
    await users.add(resolver, { username: login, password: `${login}-demo`, ...details });
  }
}

/** Returns the directory of the demo's file of users. */
export const passwdDirectory = ({ dataDirectory }: Pick<Config, "dataDirectory">) => join(dataDirectory, "demo");

async function writePasswdFile({ dataDirectory, pinHash }: Pick<Config, "dataDirectory" | "pinHash">): Promise<string> {
  const directory = passwdDirectory({ dataDirectory });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "staff.passwd");
  const lines = staff.map(async ([login, givenname, surname, mobile], index) => {
    const id = 2001 + index;
    const gecos = [`${givenname} ${surname}`, "", mobile, "", `${login}@demo.example`].join(",");
    return [login, await hash(`${login}-demo`, pinHash), id, id, gecos, `/home/${login}`, "/bin/sh"].join(":");
  });
  await writeFile(file, `${(await Promise.all(lines)).join("\n")}\n`, { mode: 0o600 });
  return file;
}
