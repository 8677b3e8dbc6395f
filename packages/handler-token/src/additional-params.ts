import { firstJsonError, placeOf, problemMessage } from "@bookend/core";
import { type Document, isAlias, isMap, isNode, isScalar, parseDocument, type Scalar, visit } from "yaml";
import { z } from "zod";

/** Maximum length of the mapping, in UTF-16 code units. */
const maxLength = 10_000;

/** Maximum nesting depth of values. */
const maxDepth = 32;

const allowed = `a mapping in JSON or YAML, of at most ${maxLength} characters, whose names consist of letters, digits, "_", "-" and ".", each given once; without anchors, aliases, tags and prototype keys`;

const mapping = z.record(z.string(), z.json());

const refusedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

const name = /^[A-Za-z][\w.-]{0,254}$/;

/**
 * Typographic quotation marks: JSON and YAML read them as letters, which is never intended around a name or a value.
 */
const typographicQuote = /^[\u2018-\u201f\u2039\u203a\u00ab\u00bb]|[\u2018-\u201f\u2039\u203a\u00ab\u00bb"']$/;

/** The problem with a mapping. The message never quotes a value, which may be a secret. */
class MappingError extends Error {}

/**
 * Creates the schema of the parameters of an enrollment: a mapping, as a JSON or YAML string or as an object. Secret,
 * since they may contain OTP keys.
 */
export function additionalParams() {
  return z
    .unknown()
    .transform((given, context): Readonly<Record<string, unknown>> => {
      try {
        const checked = mapping.safeParse(typeof given === "string" ? parseMapping(given) : withPlainNames(given));
        if (checked.success) return checked.data;
        throw new MappingError("it is not a mapping");
      } catch (error) {
        if (!(error instanceof MappingError)) throw error;
        context.addIssue({ code: "custom", message: problemMessage(error.message, allowed) });
        return z.NEVER;
      }
    })
    .meta({ type: ["string", "object"], "x-widget": "text", "x-allowed": allowed, "x-secret": true });
}

/** Parses a mapping as YAML, of which JSON is a subset. */
function parseMapping(source: string): unknown {
  if (source.length > maxLength) throw new MappingError(`it has ${source.length} characters`);
  const document = readDocument(source);
  const at = (offset: number | undefined) => placeOf(source, offset ?? 0);
  const [wrong] = document.errors;
  if (wrong?.code === "DUPLICATE_KEY") throw new MappingError(`a name is given twice at ${at(wrong.pos[0])}`);
  const json = wrong && source.trimStart().startsWith("{") ? firstJsonError(source) : undefined;
  if (json) throw new MappingError(`it is not valid at ${at(json.offset)}: ${json.reason}`);
  if (wrong) throw new MappingError(`it is not valid at ${at(wrong.pos[0])}`);
  if (!isMap(document.contents)) throw new MappingError("it is not a mapping");
  visit(document, (key, node, path) => {
    if (!isNode(node)) return;
    const place = at(node.range?.[0]);
    if (isAlias(node) || node.anchor || node.tag) throw new MappingError(`an anchor, alias or tag is at ${place}`);
    if (path.length > 2 * maxDepth) throw new MappingError(`it is nested too deeply at ${place}`);
    if (isScalar(node)) keepSpelling(node, place);
    // a key of the mapping itself: above it are the document, the mapping and the pair
    if (key === "key" && path.length === 3 && !(isScalar(node) && name.test(String(node.value)))) {
      throw new MappingError(`the key at ${place} is not a name`);
    }
  });
  return withPlainNames(document.toJS({ maxAliasCount: 0 }));
}

function readDocument(source: string): Document.Parsed {
  try {
    return parseDocument(source, { schema: "core", prettyErrors: false, logLevel: "error" });
  } catch {
    // brackets nested so deeply that the stack overflows
    throw new MappingError("it cannot be read");
  }
}

/**
 * Turns a number that would lose its spelling (`0123`, `1e3`) into a string, since it may be a PIN. Refuses typographic
 * quotation marks and numbers that are not finite.
 */
function keepSpelling(scalar: Scalar, place: string): void {
  if (scalar.type !== "PLAIN") return;
  const { source = "" } = scalar;
  if (typographicQuote.test(source)) {
    const mark = [...source].find((character) => typographicQuote.test(character)) ?? "";
    throw new MappingError(`a typographic quotation mark, ${mark}, is at ${place}; write "`);
  }
  if (typeof scalar.value !== "number") return;
  if (!Number.isFinite(scalar.value)) throw new MappingError(`the number at ${place} is not finite`);
  if (String(scalar.value) !== source) scalar.value = source;
}

/** Refuses names that no token type can have, and names that lead to a prototype. */
function withPlainNames(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (!Object.keys(value).every((key) => name.test(key))) throw new MappingError("a name in it has other characters");
  if (hasRefusedKey(value, 0)) throw new MappingError("a name in it is not allowed");
  return value;
}

/** Returns whether any key could lead to a prototype. The schema would drop `__proto__` silently. */
function hasRefusedKey(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth > maxDepth) throw new MappingError("it is nested too deeply");
  return Object.entries(value).some(
    ([key, inner]) => (!Array.isArray(value) && refusedKeys.has(key)) || hasRefusedKey(inner, depth + 1),
  );
}
