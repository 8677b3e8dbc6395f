import { BookendError } from "../contracts/errors.js";
import { isPromise, type MaybePromise } from "../contracts/maybe-promise.js";
import { ImmutableMap } from "../internal/immutable-map.js";
import { scalar } from "../internal/scalar.js";
import { withTimeLimit } from "../internal/time-limit.js";
import type { Tag, TagContext, TagRegistry } from "./tag.js";
import { baseTags } from "./tags.js";

/** A tag of a host. */
export interface HostTag {
  /** Shown in forms. */
  readonly description: string;
  /**
   * Whether a person who reads the value can misuse it. Bindings that would show it cause a warning.
   *
   * @default false
   */
  readonly secret?: boolean | undefined;
  /**
   * Returns the value; null and undefined become an empty string. Called when a template that contains the tag is
   * rendered. A promise must resolve within `lookupTimeoutMs`. An error that the function throws counts as a fault of
   * the binding whose template is rendered.
   */
  value(context: TagContext): MaybePromise<string | number | boolean | null | undefined>;
}

/** Returns the base tags, the tags of a host, and `secret.NAME` for each of the host's secrets. */
export function hostTagRegistry(
  tags: Readonly<Record<string, HostTag>>,
  secrets: Readonly<Record<string, string | undefined>>,
  limitMs: number,
): TagRegistry {
  const all = new Map(baseTags);
  for (const [name, tag] of Object.entries(tags)) all.set(name, hostTag(name, tag, limitMs));
  for (const [name, value] of Object.entries(secrets)) {
    const description = `The secret ${name} of this server.`;
    all.set(`secret.${name}`, Object.freeze({ name: `secret.${name}`, description, secret: true, value: () => value }));
  }
  return all.size === baseTags.size ? baseTags : new ImmutableMap(all);
}

function hostTag(name: string, tag: HostTag, limitMs: number): Tag {
  return Object.freeze({
    name,
    description: tag.description,
    secret: tag.secret ?? false,
    value: (context: TagContext) => {
      const found: unknown = tag.value(context);
      if (!isPromise(found)) return shown(name, found);
      return withTimeLimit(found, limitMs, () => {
        return new BookendError("LOOKUP_TIMEOUT", `tags.${name} did not end within ${limitMs} ms.`);
      }).then((known) => shown(name, known));
    },
  });
}

function shown(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = scalar(value);
  if (text !== undefined) return text;
  throw new BookendError("TAG_INVALID", `tags.${name}: the value is not a string, number or boolean.`);
}
