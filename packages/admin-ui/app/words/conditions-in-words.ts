import type { Language } from "../i18n/i18n.ts";
import { ownValue } from "../parts/own-value.ts";
import { visibleTurns } from "../parts/visible-turns.ts";

const words = {
  en: {
    always: "always",
    and: " and ",
    or: " or ",
    is: "is",
    not: "not",
    yes: "yes",
    no: "no",
    empty: "empty",
    matches: "matches",
    inAny: "is",
    longer: "longer ago than",
    "==": "is",
    "=": "is",
    "!=": "is not",
    "<": "is less than",
    ">": "is more than",
    "<=": "is at most",
    ">=": "is at least",
    equals: "equals",
    "!equals": "does not equal",
    "!matches": "does not match",
    in: "is one of",
    "!in": "is none of",
    string_contains: "contains",
    "!string_contains": "does not contain",
    date_before: "is before",
    "!date_before": "is not before",
    date_after: "is after",
    "!date_after": "is not after",
    date_within_last: "is within the last",
    "!date_within_last": "is not within the last",
  },
  de: {
    always: "immer",
    and: " und ",
    or: " oder ",
    is: "ist",
    not: "nicht",
    yes: "ja",
    no: "nein",
    empty: "leer",
    matches: "passt auf",
    inAny: "ist",
    longer: "länger her als",
    "==": "ist",
    "=": "ist",
    "!=": "ist nicht",
    "<": "ist kleiner als",
    ">": "ist größer als",
    "<=": "ist höchstens",
    ">=": "ist mindestens",
    equals: "ist gleich",
    "!equals": "ist ungleich",
    "!matches": "passt nicht auf",
    in: "ist eines von",
    "!in": "ist keines von",
    string_contains: "enthält",
    "!string_contains": "enthält nicht",
    date_before: "liegt vor",
    "!date_before": "liegt nicht vor",
    date_after: "liegt nach",
    "!date_after": "liegt nicht nach",
    date_within_last: "liegt in den letzten",
    "!date_within_last": "liegt nicht in den letzten",
  },
} as const satisfies Record<Language, Record<string, string>>;

type Words = (typeof words)["en"] | (typeof words)["de"];

/** Conditions whose value is one regular expression. */
const patterns = new Set(["serial", "detail_message", "detail_error_message"]);
/** Conditions whose value is a duration. */
const durations = new Set(["last_auth"]);
/** Conditions whose value compares a field, such as `amount > 4`. */
const fieldComparisons = new Set(["parameter", "response", "header", "user_info", "tokeninfo"]);

const comparison =
  /^(.*?)\s*(==|!=|<=|>=|=|<|>|'!?(?:equals|matches|in|string_contains|date_before|date_after|date_within_last)')\s*(.*)$/s;

/** Returns one sentence that combines the conditions of a binding. */
export function conditionsInWords(conditions: Readonly<Record<string, unknown>>, language: Language): string {
  const all = Object.entries(conditions).map(([name, value]) => conditionInWords(name, value, language));
  return all.length === 0 ? words[language].always : visibleTurns(all.join(words[language].and));
}

/** Returns the meaning of one condition, in words. */
export function conditionInWords(name: string, value: unknown, language: Language): string {
  const terms = words[language];
  const label = labelOf(name);
  if (typeof value === "boolean") return `${label} ${terms.is} ${value ? terms.yes : terms.no}`;
  if (Array.isArray(value)) return `${label} ${terms.inAny} ${listInWords(value.map(String), terms)}`;
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
  if (text.trim() === "") return `${label} ${terms.is} ${terms.empty}`;
  if (patterns.has(name)) return `${label} ${terms.matches} ${text}`;
  if (durations.has(name)) return `${label} ${terms.is} ${terms.longer} ${text}`;
  if (/^(true|false)$/i.test(text)) return `${label} ${terms.is} ${/true/i.test(text) ? terms.yes : terms.no}`;
  const [, field = "", operator = "", right = ""] = comparison.exec(text) ?? [];
  if (operator !== "" && (field === "" || fieldComparisons.has(name))) {
    const verb = operator.replaceAll("'", "");
    const phrase = verb in terms ? terms[verb as keyof Words] : operator;
    return `${label}${field === "" ? "" : ` ${field}`} ${phrase} ${right}`.trim();
  }
  return `${label} ${terms.is} ${listInWords(text.split(","), terms)}`;
}

/** Converts a name of the API to words: `count_auth_fail` to `count auth fail`. */
export function labelOf(name: string): string {
  return ownValue(known, name) ?? name.replaceAll("_", " ");
}

const known: Readonly<Record<string, string>> = {
  client_ip: "client IP",
  tokentype: "token type",
  tokenrealm: "token realm",
  tokenresolver: "token resolver",
  tokeninfo: "token info",
  failcounter: "fail counter",
  otp_counter: "OTP counter",
  http_status: "HTTP status",
  user_info: "user attribute",
  logged_in_user: "role of the caller",
};

function listInWords(values: readonly string[], terms: Words): string {
  const excluded = (one: string) => /^[-!](?=\S)/.test(one);
  const trimmed = values.map((one) => one.trim()).filter(Boolean);
  const wanted = trimmed.filter((one) => !excluded(one));
  const unwanted = trimmed.filter(excluded).map((one) => one.slice(1));
  const parts = [
    ...(wanted.length > 0 ? [joined(wanted, terms.or)] : []),
    ...(unwanted.length > 0 ? [`${terms.not} ${joined(unwanted, terms.or)}`] : []),
  ];
  return parts.join(", ");
}

function joined(values: readonly string[], last: string): string {
  return values.length < 2 ? (values[0] ?? "") : `${values.slice(0, -1).join(", ")}${last}${values.at(-1)}`;
}
