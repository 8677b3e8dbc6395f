import type { Database } from "@bookend/store-sql";
import { describeEachDatabase } from "@bookend/test-kit/databases";
import { afterEach } from "vitest";
import type { Domain, DomainOptions, DomainSchema } from "../src/index.js";
import { migrateDomain } from "./migrate-domain.js";
import { type Fixture, openDomain } from "./open-domain.js";

/** Runs the same tests on SQLite and on PostgreSQL; `prepared` creates a separate domain with users for each. */
export function describeDomain(
  name: string,
  tests: (
    prepared: (
      options?: Partial<DomainOptions>,
    ) => Promise<Fixture & { readonly url: string; readonly database: Database<DomainSchema> }>,
  ) => void,
): void {
  describeEachDatabase(
    name,
    ({ freshUrl }) => {
      const open: { close(): Promise<void> }[] = [];
      afterEach(async () => {
        for (const database of open.splice(0)) await database.close();
      });
      tests(async (options) => {
        const url = await freshUrl();
        const fixture = await openDomain(url, options);
        open.push(fixture.database);
        return { ...fixture, url };
      });
    },
    { prepare: prepareDomain },
  );
}

/** Creates the tables, and adds the users once for all tests. */
async function prepareDomain(url: string): Promise<void> {
  await migrateDomain(url);
  const { domain, database } = await openDomain(url);
  await addUsers(domain);
  await database.close();
}

/** Adds alice (password `wonderland`), bob and carol to `realm1`, and dave to `realm2`. */
export async function addUsers({ resolvers, realms, users }: Domain): Promise<void> {
  await resolvers.save("people", "sqlresolver", {});
  await resolvers.save("others", "sqlresolver", {});
  await realms.save("realm1", [{ name: "people" }]);
  await realms.save("realm2", [{ name: "others" }]);
  await users.add("people", {
    username: "alice",
    password: "wonderland",
    givenname: "Alice",
    surname: "Liddell",
    email: "alice@example.com",
    mobile: "+49 151 1111",
  });
  await users.add("people", { username: "bob", email: "bob@example.com" });
  await users.add("people", { username: "carol" });
  await users.add("others", { username: "dave" });
}

/** Adds a mail server and an SMS gateway. */
export async function addSenders({ smtpServers, smsGateways }: Domain): Promise<void> {
  await smtpServers.save({ name: "mail1", host: "127.0.0.1", port: 2525, password: "smtp-secret" });
  await smsGateways.save({ name: "gateway1", provider: "http", secrets: { PASSWORD: "sms-secret" } });
}

export const alice = { login: "alice", realm: "realm1" };
export const bob = { login: "bob", realm: "realm1" };
export const carol = { login: "carol", realm: "realm1" };

/** The key of the vectors of RFC 4226 and RFC 6238. */
export const rfcKey = Buffer.from("12345678901234567890").toString("hex");

/** OTPs of that key. Source: RFC 4226, appendix D. */
export const rfcOtps = [
  "755224",
  "287082",
  "359152",
  "969429",
  "338314",
  "254676",
  "287922",
  "162583",
  "399871",
  "520489",
] as const;
