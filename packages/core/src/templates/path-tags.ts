import type { CallField } from "../contracts/call.js";
import { type MaybePromise, mapMaybe } from "../contracts/maybe-promise.js";
import { prototypeKeys, valueAtPath } from "../internal/path.js";
import { scalar } from "../internal/scalar.js";
import { hasSecretName } from "../internal/secret-names.js";
import type { Tag, TagContext } from "./tag.js";
import type { TagScope } from "./tag-scope.js";

type Read = (context: TagContext, path: readonly string[]) => MaybePromise<string | undefined>;

/** The prefixes of paths, with the source from which each path is read. */
const roots: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["param", ({ facts }, path) => shownAt(facts.call.request.parameters, path)],
  ["response", ({ facts }, path) => shownAt(facts.call.response?.body, path)],
  ["header", ({ facts }, path) => shownAt(facts.call.request.headers, [path.join(".").toLowerCase()])],
  ["user", ({ facts }, path) => mapMaybe(facts.user(), (user) => shownAt(user?.attributes, [path.join(".")]))],
]);

/** The prefixes of paths, which no other tag may have. */
export const pathRoots: readonly string[] = [...roots.keys(), "secret"];

/** The forms of path tags, for messages. */
export const pathTagForms: readonly string[] = ["param.NAME", "response.PATH", "header.NAME", "user.ATTRIBUTE"];

/** The forms of path tags, for forms in the UI. */
export const pathPrefixes: readonly { readonly name: string; readonly description: string }[] = [
  { name: "param.", description: "A parameter of the call, by its name or path." },
  { name: "response.", description: "A value in the body of the response, by its path." },
  { name: "header.", description: "A header of the request, by its name." },
  { name: "user.", description: "An attribute of the user, by its name." },
];

/** The location of the fields of each root; the attributes of a user are not part of the call. */
const fieldsOf: { readonly [root: string]: CallField["in"] } = {
  param: "parameters",
  response: "response",
  header: "headers",
};

/**
 * Returns the tag for a dotted path below one of the roots, such as `user.email`; undefined if the name is not such a
 * path.
 *
 * @param isSecret Whether a field of a call contains a secret. Default: determined by its name.
 */
export function pathTag(name: string, isSecret: TagScope["isSecret"] = isSecretByName): Tag | undefined {
  const [root = "", ...path] = name.split(".");
  const read = roots.get(root);
  if (!read || path.length === 0 || path.some((key) => key === "" || prototypeKeys.has(key))) return undefined;
  const fields = fieldsOf[root];
  return {
    name,
    description: `The value at ${path.join(".")} of the call's ${root}.`,
    secret:
      fields !== undefined &&
      isSecret({ in: fields, path: fields === "headers" ? [path.join(".").toLowerCase()] : path }),
    value: (context) => read(context, path),
  };
}

function isSecretByName({ path }: CallField): boolean {
  return hasSecretName(path);
}

/**
 * Returns the value at a path of keys and list indexes. Several values are joined by commas; an object has no value.
 */
function shownAt(value: unknown, path: readonly string[]): string | undefined {
  const found = valueAtPath(value, path);
  if (Array.isArray(found)) return found.map((entry) => scalar(entry) ?? "").join(",");
  return scalar(found);
}
