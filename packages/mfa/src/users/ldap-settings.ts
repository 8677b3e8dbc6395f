import { parseJson, ValueError } from "@bookend/core";
import { type Filter, FilterParser } from "ldapts";
import { z } from "zod";
import { shown } from "../errors/invalid-value.js";
import { parameterError } from "../errors/mfa-error.js";

/** The attributes of a user that a map can contain. */
const mapped = ["givenname", "surname", "email", "phone", "mobile"] as const;

const defaultMap = {
  givenname: "givenName",
  surname: "sn",
  email: "mail",
  phone: "telephoneNumber",
  mobile: "mobile",
} as const;

const attributeName = z.string().regex(/^[A-Za-z][A-Za-z0-9;.-]*$/, "must be the name of an attribute");
const flag = z
  .enum(["", "0", "1", "true", "false", "True", "False"])
  .transform((text) => text === "1" || text.toLowerCase() === "true");
const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${max}`)
    .transform(Number)
    .pipe(z.int().min(1).max(max));

/** Parses the map of attributes: `{"email": "mail"}`. */
const attributeMap = z
  .string()
  .transform((text, context): unknown => {
    try {
      return parseJson(text);
    } catch (error) {
      const reason = error instanceof ValueError ? error.message.replace(/\.$/, "") : "cannot be read";
      context.addIssue({ code: "custom", message: `it ${reason}` });
      return z.NEVER;
    }
  })
  .pipe(z.looseObject(Object.fromEntries(mapped.map((name) => [name, attributeName.optional()]))));

/** Parses a filter. Several consecutive filters must all match, as in privacyIDEA. */
export const peopleFilter = (filter: string): Filter => FilterParser.parseString(`(&${filter})`);

function isFilter(filter: string): boolean {
  // parentheses are counted, since the parser accepts a filter without the closing one; parentheses in values are
  // escaped
  const pairs = filter.split("(").length === filter.split(")").length;
  try {
    return pairs && filter.startsWith("(") && peopleFilter(filter).toString() !== "";
  } catch {
    return false;
  }
}

const schema = z.object({
  LDAPURI: z
    .string()
    .regex(/^ldaps?:\/\/(\[[0-9a-f:]+\]|[\w.-]+)(:\d{1,5})?\/?$/i, "must be ldap://host:port or ldaps://host:port"),
  LDAPBASE: z.string().min(1, "must not be empty"),
  BINDDN: z.string().default(""),
  LOGINNAMEATTRIBUTE: attributeName.default("uid"),
  LDAPSEARCHFILTER: z
    .string()
    .refine(isFilter, "must be one LDAP filter, or several, each in parentheses")
    .default("(objectClass=person)"),
  USERINFO: attributeMap.default(defaultMap),
  UIDTYPE: attributeName.default("DN"),
  SCOPE: z.enum(["SUBTREE", "LEVEL", "BASE"]).default("SUBTREE"),
  TIMEOUT: count(60).default(5),
  SIZELIMIT: count(100_000).default(500),
  START_TLS: flag.default(false),
  TLS_VERIFY: flag.default(true),
  TLS_CA_FILE: z.string().default(""),
});

/** The settings of an `ldapresolver`, with privacyIDEA's names. Times are in seconds. */
export type LdapSettings = z.output<typeof schema>;

/** Names of the settings that are stored unencrypted. The name of the password is not included. */
export const ldapSettingNames: readonly string[] = Object.keys(schema.shape);

/**
 * Reads the settings of an `ldapresolver`.
 *
 * @throws {MfaError} PARAMETER_INVALID
 */
export function parseLdapSettings(settings: Readonly<Record<string, string>>): LdapSettings {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0]);
  throw parameterError(`${name}: ${shown(given[name] ?? "")} is not valid: ${issue?.message}.`);
}
