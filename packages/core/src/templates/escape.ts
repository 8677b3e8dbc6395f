import { BookendError, ValueError } from "../contracts/errors.js";
import type { Escape } from "./template.js";

const htmlEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
  "=": "&#61;",
  " ": "&#32;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\f": "&#12;",
  "\r": "&#13;",
};

/** Tags whose values are addresses of links and images. */
const addressTags: ReadonlySet<string> = new Set([
  "url",
  "googleurl_value",
  "googleurl_img",
  "pushurl_value",
  "pushurl_img",
  "container_url_value",
  "container_url_img",
]);

/**
 * Escapes a value for HTML text and quoted attributes. The address tags (`googleurl_*`, `pushurl_*`, `container_url_*`,
 * `url`) can also be used in attributes without quotes, `<img src={googleurl_img}>`: their white space is escaped as
 * well, and an address that would run as a script is omitted.
 */
export const escapeHtml: Escape = (value, tag) => {
  if (!addressTags.has(tag)) return value.replace(/[&<>"'`=]/g, entity);
  return isScript(value) ? "" : value.replace(/[&<>"'`= \t\n\f\r]/g, entity);
};

/** Escapes a value for one component of a URL, or a field of a form. An unpaired surrogate becomes U+FFFD. */
export const escapeUrl: Escape = (value) => encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd"));

/** Escapes a value within a JSON string, without the quotes. */
export const escapeJson: Escape = (value) => JSON.stringify(value).slice(1, -1);

/**
 * Checks a value for a mail or HTTP header: refuses line breaks and other control characters.
 *
 * @throws {BookendError} HEADER_INVALID; the value is not in the message
 */
export const escapeHeader: Escape = (value, tag) => {
  if (!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) return value;
  throw new BookendError("HEADER_INVALID", `The value of {${tag}} has a control character and cannot be in a header.`);
};

/**
 * Checks a value for a part of a file name: refuses anything that could lead to another directory or end the name
 * early. Such values are not replaced, so that two values never result in the same file.
 *
 * @throws {ValueError} VALUE_INVALID; the value is not in the message
 */
export const escapeFileName: Escape = (value, tag) => {
  if (!/[/\\\p{Cc}]|^\.+$/u.test(value)) return value;
  throw new ValueError(
    `the value of {${tag}} cannot be in a file name`,
    "a value without slashes, backslashes and control characters that does not consist only of dots",
  );
};

/**
 * Checks a value for an argument of a program that is started without a shell.
 *
 * @throws {ValueError} VALUE_INVALID for NUL
 */
export const escapeArgument: Escape = (value, tag) => {
  if (!value.includes("\0")) return value;
  throw new ValueError(`the value of {${tag}} cannot be an argument`, "a value without NUL");
};

function entity(character: string): string {
  return htmlEntities[character] as string;
}

/**
 * Returns whether a browser that follows this address would run it as a script. Browsers skip white space and control
 * characters in addresses.
 */
function isScript(address: string): boolean {
  return /^(?:javascript|vbscript|data(?!:(?:image\/|$))):/i.test(address.replace(/[\p{Cc} ]/gu, ""));
}
