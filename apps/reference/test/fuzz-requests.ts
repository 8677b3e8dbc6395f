import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  hostilePhoneNumber,
  hostileString,
  hostileTemplate,
  hostileValue,
  hostileWords,
} from "@bookend/conformance/hostile";
import fc from "fast-check";

/** One request of the fuzz test. */
export interface FuzzRequest {
  readonly caller: "nobody" | "alice" | "admin";
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A method and the path of a route, with `:name` for a parameter. */
export interface FuzzRoute {
  readonly method: string;
  readonly path: string;
}

/** Values that are valid, by name of the parameter: without them a request ends at its first check. */
const valid: Readonly<Record<string, readonly string[]>> = {
  serial: ["A1", "A2", "A3", "A4", "A5", "F1", "F2", "A1,A2", "A*"],
  token_serial: ["A1", "F1"],
  container_serial: ["C1", "C2", "CF1"],
  container: ["C1"],
  user: ["alice", "bob", "alice@corp"],
  username: ["alice", "admin", "bob"],
  login: ["alice"],
  password: ["alice-pass", "admin-pass"],
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

/** Values of a form of their own, by name of the parameter. */
const generated: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  phone: hostilePhoneNumber,
  mobile: hostilePhoneNumber,
  message: hostileTemplate,
  body: hostileTemplate,
  subject: hostileTemplate,
  description: hostileTemplate,
};

/** Where a connection may be opened to: this machine, at ports on which nothing listens. */
const places = ["127.0.0.1", "localhost", "[::1]", "http://127.0.0.1:1/", "ldap://127.0.0.1:1", "smtp://127.0.0.1:1"];

/** Names whose values are places, in whatever module. */
const leadsOutside = /url|uri|server|host|proxy|domain|connect|endpoint|registration/i;

/** Every name that the sources of the routes and of the domain mention: a parameter that is new is among them. */
const names: readonly string[] = (() => {
  const found = new Set(Object.keys(valid));
  for (const folder of [
    "../src/http/routes/",
    "../../../packages/mfa/src/token-types/",
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

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...Object.keys(valid)) },
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: hostileString },
);

function valuesFor(parameter: string, hostile: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const formed = Object.hasOwn(generated, parameter) ? generated[parameter] : undefined;
  if (formed) return fc.oneof({ weight: 3, arbitrary: formed }, { weight: 1, arbitrary: hostile });
  if (leadsOutside.test(parameter)) return fc.constantFrom(...places);
  const known = Object.hasOwn(valid, parameter) ? valid[parameter] : undefined;
  if (!known) return hostile;
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, { weight: 3, arbitrary: hostile });
}

const parameters = fc
  .array(name, { maxLength: 9 })
  .chain((chosen) =>
    fc.tuple(...chosen.map((each) => valuesFor(each, hostileValue).map((value) => [each, value] as const))),
  );

const asText = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function formOf(pairs: readonly (readonly [string, unknown])[], raw: boolean): string {
  return pairs
    .map(([key, value]) => (raw ? `${key}=${asText(value)}` : `${encode(key)}=${encode(asText(value))}`))
    .join("&");
}

/** An object as JSON, with names twice if they are given twice, and `__proto__` as a name like others. */
function jsonOf(pairs: readonly (readonly [string, unknown])[]): string {
  return `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}`).join(",")}}`;
}

function multipartOf(pairs: readonly (readonly [string, unknown])[]): string {
  const parts = pairs.map(
    ([key, value]) =>
      `--b\r\nContent-Disposition: form-data; name="${key.replaceAll('"', "%22")}"\r\n\r\n${asText(value)}\r\n`,
  );
  return `${parts.join("")}--b--\r\n`;
}

const contentTypes = [
  "application/json",
  "application/json; charset=latin1",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "multipart/form-data",
  "text/plain",
  "application/xml",
  "x",
  "",
];

const body = fc
  .tuple(parameters, fc.constantFrom("json", "json", "json", "form", "rawForm", "multipart", "garbage"), hostileValue)
  .chain(([pairs, kind, garbage]): fc.Arbitrary<{ readonly type: string; readonly text: string } | undefined> => {
    if (kind === "json") return fc.constant({ type: "application/json", text: jsonOf(pairs) });
    if (kind === "multipart") {
      return fc.constant({ type: "multipart/form-data; boundary=b", text: multipartOf(pairs) });
    }
    if (kind !== "garbage") {
      return fc.constant({ type: "application/x-www-form-urlencoded", text: formOf(pairs, kind === "rawForm") });
    }
    return fc.constantFrom(...contentTypes).map((type) => ({ type, text: asText(garbage) }));
  });

const headerValue = hostileString.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "").trim());

const headers = fc.dictionary(
  fc.constantFrom(
    "x-forwarded-for",
    "authorization",
    "pi-authorization",
    "if-match",
    "user-agent",
    "accept",
    "bookend-hops",
    "accept-language",
    "content-length",
    "cookie",
    "range",
  ),
  fc.oneof(
    headerValue,
    fc.constantFrom("10.0.0.1, 1.2.3.4:5", "[::1]:80", "Bearer x.y.z", "privacyidea-cp", "-200", "9"),
  ),
  { maxKeys: 3, noNullPrototype: true },
);

/** Paths as they arrive: most parameters of the path are encoded, some are not. */
function pathOf(path: string): fc.Arbitrary<string> {
  const pieces = path.split("/").map((piece): fc.Arbitrary<string> => {
    if (!piece.startsWith(":")) return fc.constant(piece);
    const value = valuesFor(piece.slice(1), hostileString).map(asText);
    return fc.oneof(
      { weight: 8, arbitrary: value.map(encode) },
      { weight: 1, arbitrary: fc.constantFrom(...hostileWords).map((word) => word.replace(/[^\x21-\x7e]|[?#]/g, "")) },
    );
  });
  return fc.tuple(...pieces).map((parts) => parts.join("/"));
}

/** Requests to these routes. */
export function fuzzRequests(routes: readonly FuzzRoute[]): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...routes).chain(({ method, path }) =>
    fc
      .record({
        caller: fc.constantFrom("nobody", "alice", "admin", "admin", "admin"),
        method: fc.oneof(
          { weight: 30, arbitrary: fc.constant(method) },
          { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH") },
        ),
        path: pathOf(path),
        query: fc.option(fc.tuple(parameters, fc.boolean()), { freq: method === "GET" ? 1 : 3, nil: undefined }),
        headers: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
        body: method === "GET" ? fc.constant(undefined) : fc.option(body, { freq: 12, nil: undefined }),
      })
      .map((made): FuzzRequest => {
        const query = made.query ? `?${formOf(made.query[0], made.query[1]).replace(/[^\x21-\x7e]|#/g, "%ff")}` : "";
        const { "content-length": _, ...sent } = made.headers as Record<string, string>;
        return {
          caller: made.caller as FuzzRequest["caller"],
          method: made.method,
          url: made.path + query,
          headers: { ...sent, ...(made.body?.type && { "content-type": made.body.type }) },
          body: made.body?.text,
        };
      }),
  );
}
