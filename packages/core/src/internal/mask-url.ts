/** Stands for the value of a secret, or for a part of a URL that may be one, wherever values are shown. */
export const secretMark = "***";

/** Scheme, authority, path, query and fragment. */
const partsOfUrl = /^([a-z][a-z\d+.-]{0,20}:)\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

/** Characters that URL parsers drop or replace, so that the actual parts may differ. */
const misleading = /[\\\s\p{Cc}]/u;

/**
 * Returns a URL in which `***` replaces everything that can be a secret: user and password, the values of the query,
 * the fragment, and each segment of the path that does not look like a word, a version or a short number
 * (`/services/***` of a chat's webhook). A string that is not a URL becomes `***` as a whole.
 */
export function maskUrl(url: string): string {
  const [, scheme, authority = "", path = "", query, fragment] = (!misleading.test(url) && partsOfUrl.exec(url)) || [];
  if (scheme === undefined) return secretMark;
  const at = authority.lastIndexOf("@");
  const host = at < 0 ? authority : `${secretMark}${authority.slice(at)}`;
  const segments = path.split("/").map((segment) => (isPlain(segment) ? segment : secretMark));
  return [
    `${scheme}//${host}${segments.join("/")}`,
    query === undefined ? "" : `?${query.split("&").map(maskParameter).join("&")}`,
    fragment === undefined ? "" : `#${fragment === "" ? "" : secretMark}`,
  ].join("");
}

function maskParameter(parameter: string): string {
  const equals = parameter.indexOf("=");
  if (equals < 0) return parameter === "" ? "" : secretMark;
  const name = parameter.slice(0, equals);
  const value = parameter.slice(equals + 1);
  return `${isPlain(name) ? name : secretMark}=${value === "" ? "" : secretMark}`;
}

/** Words with a short number at their end, such as `hooks`, `post_webhook`, `v2` and `index.php`, or a short number. */
const plain = /^(?:[A-Z]?[a-z]{1,14}\d{0,3}(?:[-_.](?:[A-Z]?[a-z]{1,14}\d{0,3}|\d{1,3})){0,4}|\d{1,4})?$/;

function isPlain(segment: string): boolean {
  return plain.test(segment);
}
