import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hostilePhoneNumber, hostileString, hostileTemplate } from "@bookend/test-kit/hostile";
import fc from "fast-check";

/** Valid values, by name of the parameter. Without them, most requests would fail at their first check. */
const valid: Readonly<Record<string, readonly string[]>> = {
  serial: ["A1", "A2", "A3", "A4", "A5", "F1", "F2", "A1,A2", "A*"],
  token_serial: ["A1", "F1"],
  container_serial: ["C1", "C2", "CF1"],
  container: ["C1"],
  user: ["alice", "bob", "alice@corp"],
  username: ["alice", "admin", "bob"],
  login: ["alice"],
  password: ["alice-pass", "admin-password"],
  realm: ["corp"],
  realms: ["corp"],
  resolver: ["people"],
  resolvers: ["people"],
  pass: ["1234", "1234755224", "1234287082", "pw"],
  pin: ["1234", ""],
  otppin: ["1234"],
  otp: ["755224", "287082"],
  otp1: ["755224", "287082"],
  otp2: ["287082", "359152"],
  type: [
    "hotp",
    "totp",
    "spass",
    "pw",
    "registration",
    "email",
    "sms",
    "paper",
    "tan",
    "push",
    "applspec",
    "generic",
    "smartphone",
    "yubikey",
    "sqlresolver",
    "passwdresolver",
    "ldapresolver",
  ],
  otpkey: ["3132333435363738393031323334353637383930"],
  genkey: ["1", "0"],
  "2stepinit": ["1"],
  otpkeyformat: ["base32check", "hex"],
  hashlib: ["sha1", "sha256", "sha512"],
  otplen: ["6", "8"],
  timeStep: ["30", "60"],
  email: ["a@corp.example"],
  phone: ["+12025550101"],
  dynamic_email: ["1"],
  dynamic_phone: ["1"],
  key: ["timeStep", "timeShift", "count_auth", "hashlib", "pkcs8", "a"],
  value: ["1", "corp"],
  group: ["g"],
  groupname: ["g"],
  states: ["active", "disabled", "lost", "damaged"],
  transaction_id: ["1", "01234567890123456789"],
  validity_period_start: ["2026-01-01T00:00+0000"],
  validity_period_end: ["2030-01-01T00:00+0000"],
  sortby: ["serial", "number"],
  sortdir: ["asc", "desc"],
  assigned: ["1", "false"],
  unassigned: ["1"],
  count: ["1"],
  tokentype: ["hotp", "hotp,spass"],
  tokenrealm: ["corp", "c*"],
  container_realm: ["corp"],
  state: ["active", "lost"],
  tokengroup: ["g"],
  rollout_state: ["clientwait"],
  infokey: ["timeStep", "hashlib"],
  infovalue: ["sha*", "30"],
  no_token: ["1"],
  outform: ["csv", "json"],
  sortname: ["number", "action"],
  sortorder: ["asc", "desc"],
  page: ["1", "2"],
  pagesize: ["10"],
  page_size: ["10"],
  service_id: ["ssh"],
  application: ["ssh"],
  identifier: ["mail"],
  name: ["n", "sms"],
  module: ["privacyidea.lib.smsprovider.HttpSMSProvider.HttpSMSProvider", "Logging", "Token", "RequestMangler"],
  handlermodule: ["Logging", "RequestMangler", "Token", "Counter"],
  action: ["logging", "set", "delete", "increase_counter"],
  conditions: ['{"realm": "corp"}', '{"tokentype": "hotp"}', '{"serial": "(A|F).*"}'],
  bindings: ['[{"name":"n","event":["auth"],"handlermodule":"Logging","action":"logging","position":"post"}]'],
  mode: ["merge", "add"],
  csvfile: ["audit.csv"],
  timelimit: ["1d"],
  event: ["validate_check", "token_init", "auth,token_set"],
  position: ["pre", "post"],
  active: ["1", "True"],
  ordering: ["1"],
  id: ["1", "2", "3"],
  logged_in_user: ["alice@corp"],
  logged_in_role: ["admin", "user"],
  client_ip: ["10.0.0.1"],
  client: ["10.0.0.1"],
};

/** Values with a particular format, by name of the parameter. */
const generated: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  phone: hostilePhoneNumber,
  mobile: hostilePhoneNumber,
  message: hostileTemplate,
  body: hostileTemplate,
  subject: hostileTemplate,
  description: hostileTemplate,
};

/** Addresses to which connections may be opened: this machine, at ports on which no server listens. */
const places = ["127.0.0.1", "localhost", "[::1]", "http://127.0.0.1:1/", "ldap://127.0.0.1:1", "smtp://127.0.0.1:1"];

/** Names of parameters whose values are addresses. They only receive `places`, so that no other machine is contacted. */
const leadsOutside = /url|uri|server|host|proxy|domain|connect|endpoint|registration/i;

/** All strings in the sources of routes and domain that may be names of parameters, so that new ones are tried, too. */
const names: readonly string[] = (() => {
  const found = new Set(Object.keys(valid));
  for (const folder of [
    "../src/http/routes/",
    "../../../packages/mfa/src/listing/",
    "../../../packages/mfa/src/token-types/",
    "../../../packages/mfa/src/tokens/",
    "../../../packages/admin/src/",
  ]) {
    const directory = fileURLToPath(new URL(folder, import.meta.url));
    for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const source = readFileSync(`${directory}${file}`, "utf8");
      for (const [, name = ""] of source.matchAll(/"([a-z][\w.]{1,30})"/gi)) found.add(name);
    }
  }
  return [...found];
})();

/** Generates names of parameters, most of which some route reads. */
export const parameterName = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...Object.keys(valid)) },
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: hostileString },
);

/** Generates values of a parameter: valid ones, if any are known, and those of `hostile`. */
export function valuesFor(parameter: string, hostile: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const formed = Object.hasOwn(generated, parameter) ? generated[parameter] : undefined;
  if (formed) return fc.oneof({ weight: 3, arbitrary: formed }, { weight: 1, arbitrary: hostile });
  if (leadsOutside.test(parameter)) return fc.constantFrom(...places);
  const known = Object.hasOwn(valid, parameter) ? valid[parameter] : undefined;
  if (!known) return hostile;
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, { weight: 3, arbitrary: hostile });
}
