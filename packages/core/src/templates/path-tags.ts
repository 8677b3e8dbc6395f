import { type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { isRecord } from "../internal/is-record.js";
import { scalar } from "./scalar.js";
import type { Tag, TagContext } from "./tag.js";

type Read = (context: TagContext, path: readonly string[]) => MaybePromise<string | undefined>;

/** What a path begins with, and where it is read. */
const roots: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["param", ({ facts }, path) => shownAt(facts.call.request.parameters, path)],
  ["response", ({ facts }, path) => shownAt(facts.call.response?.body, path)],
  ["header", ({ facts }, path) => shownAt(facts.call.request.headers, [path.join(".").toLowerCase()])],
  ["user", ({ facts }, path) => mapMaybe(facts.user(), (user) => shownAt(user?.attributes, [path.join(".")]))],
]);

/** The paths that tags may be, for messages. */
export const pathTagForms: readonly string[] = ["param.NAME", "response.PATH", "header.NAME", "user.ATTRIBUTE"];

const prototypeKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Names of parameters, headers and fields that hold secrets, without `-` and `_`. */
const secretNames: ReadonlySet<string> = new Set([
  ...["authorization", "proxyauthorization", "piauthorization", "cookie", "setcookie", "session", "sessionid"],
  ...["pass", "password", "passwd", "passphrase", "oldpassword", "newpassword", "currentpassword", "secret"],
  ...["pin", "otppin", "motppin", "otp", "otps", "otp1", "otp2", "otpkey", "registrationcode", "enrollmentcredential"],
  ...["token", "accesstoken", "refreshtoken", "idtoken", "apikey", "xapikey", "clientsecret", "privatekey"],
  ...["credential", "credentials", "googleurl", "pushurl", "containerurl", "signature"],
]);

/** The tag for a dotted path below one of the roots, such as `user.email`; undefined if the name is not such a path. */
export function pathTag(name: string): Tag | undefined {
  const [root = "", ...path] = name.split(".");
  const read = roots.get(root);
  if (!read || path.length === 0 || path.some((key) => key === "" || prototypeKeys.has(key))) return undefined;
  return {
    name,
    description: `The value at ${path.join(".")} of the call's ${root}.`,
    secret: root !== "user" && path.some((key) => secretNames.has(key.toLowerCase().replace(/[-_]/g, ""))),
    value: (context) => read(context, path),
  };
}

/** The value at a path of keys and list indexes; several values are joined by commas, and an object has no value. */
function shownAt(value: unknown, path: readonly string[]): string | undefined {
  let current = value;
  for (const key of path) {
    if (Array.isArray(current)) current = /^(0|[1-9]\d{0,8})$/.test(key) ? current[Number(key)] : undefined;
    else if (isRecord(current)) current = Object.hasOwn(current, key) ? current[key] : undefined;
    else return undefined;
  }
  if (Array.isArray(current)) return current.map((entry) => scalar(entry) ?? "").join(",");
  return scalar(current);
}
