import { isPromise, type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import type { CallUser } from "../facts/call-user.js";
import type { Facts } from "../facts/facts.js";
import { ImmutableMap } from "../internal/immutable-map.js";
import { ImmutableSet } from "../internal/immutable-set.js";
import { scalar } from "../internal/scalar.js";
import { valueAt } from "../internal/value-at.js";
import { browserOf } from "./browser-of.js";
import { nowTag } from "./now-tag.js";
import { pathTag } from "./path-tags.js";
import type { Tag, TagContext, TagRegistry } from "./tag.js";
import { currentTagScope } from "./tag-scope.js";
import type { Template } from "./template.js";

/** Creates the `value` of a tag for a fact of the call's user. */
const ofUser =
  (read: (user: CallUser) => string | undefined): Tag["value"] =>
  ({ facts }) =>
    mapMaybe(facts.user(), (user) => (user ? read(user) : undefined));

/** Creates the `value` of a tag for the value at a path of the response's body. */
const ofResponse =
  (...path: readonly string[]): Tag["value"] =>
  ({ facts }) =>
    scalar(valueAt(facts.call.response?.body, ...path));

/** Has no value itself: only the action that renders provides the value of the tag. */
const ofAction: Tag["value"] = () => undefined;

const tag = (name: string, description: string, value: Tag["value"]): Tag => ({
  name,
  description,
  secret: false,
  value,
});
const secretTag = (name: string, description: string, value: Tag["value"]): Tag => ({
  name,
  description,
  secret: true,
  value,
});

const definitions: readonly Tag[] = [
  tag("admin", "Name of the logged-in user.", ({ facts }) => facts.call.actor?.username),
  tag("realm", "Realm of the logged-in user.", ({ facts }) => facts.call.actor?.realm),
  tag("actor", "Login name of the logged-in caller.", ({ facts }) => facts.call.actor?.username),
  tag(
    "actor_role",
    "Role of the logged-in caller.",
    ({ facts: { call } }) => call.actor && (call.actor.role ?? "user"),
  ),
  tag("event", "Name of the event.", ({ facts }) => facts.call.event),
  tag("call_id", "Unique id of the call.", ({ facts }) => facts.call.id),
  tag("http_status", "HTTP status of the response.", ({ facts }) => scalar(facts.call.response?.status)),
  tag("action", "Path of the call.", ({ facts: { call } }) => call.request.publicPath ?? call.request.path),
  tag("serial", "Serial of the token; several are separated by commas.", serial),
  tag("url", "URL of this server.", ({ url }) => url),
  tag("user", "Given name of the token owner.", ofUser(attribute("givenname"))),
  tag("givenname", "Given name of the token owner.", ofUser(attribute("givenname"))),
  tag("surname", "Surname of the token owner.", ofUser(attribute("surname"))),
  tag(
    "username",
    "Login name of the token owner.",
    ofUser(({ login }) => login),
  ),
  tag(
    "userrealm",
    "Realm of the token owner.",
    ofUser(({ realm }) => realm),
  ),
  tag("tokentype", "Type of the token.", ({ facts }) => mapMaybe(facts.token(), (token) => token?.type)),
  tag("tokendescription", "Description of the token.", ({ facts }) =>
    mapMaybe(facts.token(), (token) => token?.description),
  ),
  secretTag("registrationcode", "Registration code in the response.", ofResponse("detail", "registrationcode")),
  tag("recipient_givenname", "Given name of the recipient.", ofAction),
  tag("recipient_surname", "Surname of the recipient.", ofAction),
  secretTag("googleurl_value", "Key URI for an authenticator app.", ofResponse("detail", "googleurl", "value")),
  secretTag("googleurl_img", "QR code of the key URI, as a data image.", ofResponse("detail", "googleurl", "img")),
  secretTag("pushurl_value", "Key URI of a push token.", ofResponse("detail", "pushurl", "value")),
  secretTag(
    "pushurl_img",
    "QR code of a push token's key URI, as a data image.",
    ofResponse("detail", "pushurl", "img"),
  ),
  tag("container_serial", "Serial of the container.", containerSerial),
  secretTag(
    "container_url_value",
    "URI that registers the container.",
    ofResponse("result", "value", "container_url", "value"),
  ),
  secretTag(
    "container_url_img",
    "QR code of the container's URI, as a data image.",
    ofResponse("result", "value", "container_url", "img"),
  ),
  tag("time", "Time of this server, HH:MM:SS.", ({ facts }) => localTime(facts.now)),
  tag("date", "Date of this server, YYYY-MM-DD.", ({ facts }) => localDate(facts.now)),
  nowTag("now") as Tag,
  tag("client_ip", "Address of the client.", ({ facts }) => facts.call.request.clientIp),
  tag("ua_browser", "Name of the client's browser or program.", ({ facts, browserOf: nameOf = browserOf }) =>
    nameOf(userAgent(facts)),
  ),
  tag("ua_string", "User-Agent header of the client.", ({ facts }) => userAgent(facts)),
  secretTag("pin", "PIN in the response, set by /token/setrandompin.", ofResponse("detail", "pin")),
  tag("challenge", "Message of the open challenge, if there is only one.", challenge),
];

/**
 * The tags that every string option accepts, by name. Source: privacyIDEA's documentation of the user notification
 * handler.
 */
export const baseTags: TagRegistry = new ImmutableMap(
  definitions.map((definition) => [definition.name, Object.freeze(definition)]),
);

/** Names of the base tags whose values are secrets: OTP keys, codes, PINs. */
export const secretTags: ReadonlySet<string> = new ImmutableSet(
  new Set(definitions.filter(({ secret }) => secret).map(({ name }) => name)),
);

/**
 * Returns whether the value of a tag, or of a path such as `param.password`, is a secret. Within handler code, the tags
 * and secrets that the host declares are known; elsewhere only the base tags.
 */
export function isSecretTag(name: string): boolean {
  const scope = currentTagScope();
  const tag = (scope?.tags ?? baseTags).get(name) ?? pathTag(name, scope?.isSecret);
  return tag?.secret === true;
}

/**
 * Returns the values of the tags in a template, and looks up no others. A value that the call does not have is an empty
 * string. `overrides` take precedence. The result is a promise only if a value must be looked up.
 */
export function resolveTags(
  template: Pick<Template, "tags">,
  context: TagContext,
  overrides: Readonly<Record<string, string | undefined>> = {},
  tags: TagRegistry = baseTags,
): MaybePromise<Record<string, string>> {
  const values: Record<string, string> = {};
  const waiting: Promise<void>[] = [];
  for (const name of template.tags) {
    const value = Object.hasOwn(overrides, name)
      ? overrides[name]
      : tagValue(tags.get(name) ?? pathTag(name) ?? nowTag(name), context);
    if (isPromise(value)) {
      waiting.push(
        value.then((found) => {
          values[name] = found ?? "";
        }),
      );
    } else values[name] = value ?? "";
  }
  return waiting.length === 0 ? values : Promise.all(waiting).then(() => values);
}

/** Turns an exception into a rejection: other lookups may be in progress, and the caller must wait for them. */
function tagValue(tag: Tag | undefined, context: TagContext): MaybePromise<string | undefined> {
  try {
    return tag?.value(context);
  } catch (error) {
    return Promise.reject(error);
  }
}

function serial({ facts }: TagContext): MaybePromise<string | undefined> {
  return facts.namedSerial ?? mapMaybe(facts.tokens(), (tokens) => tokens.map((token) => token.serial).join(","));
}

/** Returns the container's serial. A serial that the call names is not looked up: its container may no longer exist. */
function containerSerial({ facts }: TagContext): MaybePromise<string | undefined> {
  const { request, response, notes } = facts.call;
  const named =
    scalar(request.parameters.container_serial) ||
    scalar(valueAt(response?.body, "result", "value", "container_serial")) ||
    notes.containerSerial;
  return named || mapMaybe(facts.container(), (container) => container?.serial);
}

function challenge({ facts }: TagContext): MaybePromise<string | undefined> {
  return mapMaybe(facts.challenges(), (challenges) => {
    const open = challenges.filter(({ expiresAt }) => expiresAt > facts.now);
    return open.length === 1 ? open[0]?.data : undefined;
  });
}

function attribute(name: string): (user: CallUser) => string | undefined {
  return ({ attributes }) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined);
}

function userAgent(facts: Facts): string {
  return facts.call.request.headers["user-agent"] ?? "";
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");

function localTime(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
}

function localDate(at: Date): string {
  return [String(at.getFullYear()).padStart(4, "0"), ...[at.getMonth() + 1, at.getDate()].map(twoDigits)].join("-");
}
