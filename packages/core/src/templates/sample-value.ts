import type { Tag } from "./tag.js";

/**
 * Sample values of the base tags, for invented calls. Names and addresses are from the ranges that RFC 2606 and RFC
 * 5737 reserve.
 */
const values: Readonly<Record<string, string>> = {
  admin: "admin",
  realm: "example",
  actor: "admin",
  actor_role: "admin",
  http_status: "200",
  serial: "OATH0001A2B3",
  url: "https://mfa.example.com",
  user: "Alex",
  givenname: "Alex",
  surname: "Miller",
  username: "alex.miller",
  userrealm: "example",
  tokentype: "hotp",
  tokendescription: "Work phone",
  recipient_givenname: "Alex",
  recipient_surname: "Miller",
  container_serial: "SMPH0001A2B3",
  client_ip: "192.0.2.10",
  ua_browser: "Firefox",
  ua_string: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  challenge: "Please enter your one-time password",
};

/** Returns the sample value of a tag. For a path, or a tag that only its host knows, the name in braces. */
export function sampleValue(name: Tag["name"]): string {
  return Object.hasOwn(values, name) ? (values[name] ?? "") : `{${name}}`;
}
