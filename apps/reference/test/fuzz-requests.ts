import { hostileString, hostileValue, hostileWords } from "@bookend/test-kit/hostile";
import fc from "fast-check";
import { parameterName, valuesFor } from "./fuzz-values.js";

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
  /** Names of the parameters that the route accepts, as in the app's `Route`. */
  readonly accepts?: readonly string[] | "any" | undefined;
  readonly aliases?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The function of the route. The names of the parameters that it reads are taken from its source. */
  readonly run?: ((...given: never[]) => unknown) | undefined;
}

type Pairs = readonly (readonly [name: string, value: unknown])[];

function withValues(names: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Pairs> {
  return names.chain((chosen) =>
    fc.tuple(...chosen.map((each) => valuesFor(each, hostileValue).map((value) => [each, value] as const))),
  );
}

const anyParameters = withValues(fc.array(parameterName, { maxLength: 9 }));

/**
 * Generates the parameters of a request. A route that refuses unknown parameters mostly receives those that it accepts,
 * since it would otherwise refuse nearly every request.
 */
function parametersOf({ method, accepts, aliases = {}, run }: FuzzRoute): fc.Arbitrary<Pairs> {
  const known = accepts ?? (method === "GET" ? [] : "any");
  if (known === "any") {
    const read = [...String(run ?? "").matchAll(/["'`]([a-z][\w.]{1,30})["'`]/gi)].map(([, name = ""]) => name);
    if (read.length === 0) return anyParameters;
    const often = fc.oneof(parameterName, fc.constantFrom("serial", "user", ...read));
    return fc.oneof(anyParameters, withValues(fc.uniqueArray(often, { maxLength: 9 })));
  }
  const own = fc.constantFrom("client", ...known, ...Object.values(aliases).flat());
  return fc.oneof(
    { weight: 9, arbitrary: withValues(fc.uniqueArray(own, { maxLength: 9 })) },
    { weight: 1, arbitrary: anyParameters },
  );
}

const asText = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function formOf(pairs: Pairs, raw: boolean): string {
  return pairs
    .map(([key, value]) => (raw ? `${key}=${asText(value)}` : `${encode(key)}=${encode(asText(value))}`))
    .join("&");
}

/** Writes pairs as a JSON object. Unlike `JSON.stringify`, this can repeat a name, and write the name `__proto__`. */
function jsonOf(pairs: Pairs): string {
  return `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? "null"}`).join(",")}}`;
}

function multipartOf(pairs: Pairs): string {
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

type Body = { readonly type: string; readonly text: string } | undefined;

function bodyOf(parameters: fc.Arbitrary<Pairs>): fc.Arbitrary<Body> {
  const kinds = fc.constantFrom("json", "json", "json", "form", "rawForm", "multipart", "garbage");
  return fc.tuple(parameters, kinds, hostileValue).chain(([pairs, kind, garbage]): fc.Arbitrary<Body> => {
    if (kind === "json") return fc.constant({ type: "application/json", text: jsonOf(pairs) });
    if (kind === "multipart") {
      return fc.constant({ type: "multipart/form-data; boundary=b", text: multipartOf(pairs) });
    }
    if (kind !== "garbage") {
      return fc.constant({ type: "application/x-www-form-urlencoded", text: formOf(pairs, kind === "rawForm") });
    }
    return fc.constantFrom(...contentTypes).map((type) => ({ type, text: asText(garbage) }));
  });
}

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

/** Generates paths of a route. Most values of its parameters are percent-encoded, some are not. */
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

/** Generates requests to these routes. */
export function fuzzRequests(routes: readonly FuzzRoute[]): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...routes).chain((route) => {
    const { method, path } = route;
    const parameters = parametersOf(route);
    return fc
      .record({
        caller: fc.constantFrom("nobody", "alice", "admin", "admin", "admin"),
        method: fc.oneof(
          { weight: 30, arbitrary: fc.constant(method) },
          { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH") },
        ),
        path: pathOf(path),
        query: fc.option(fc.tuple(parameters, fc.boolean()), { freq: method === "GET" ? 1 : 3, nil: undefined }),
        headers: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
        body: method === "GET" ? fc.constant(undefined) : fc.option(bodyOf(parameters), { freq: 12, nil: undefined }),
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
      });
  });
}
