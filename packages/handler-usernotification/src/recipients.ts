import { type ActionContext, isMailAddress, type User } from "@bookend/core";
import type { AdminDirectory, InternalAdmin, RealmDirectory } from "./people.js";

/** The kinds of recipients, under the names that bindings use. */
export const recipientKinds = ["tokenowner", "logged_in_user", "internal admin", "admin realm", "email"] as const;

/** A kind of recipients. */
export type RecipientKind = (typeof recipientKinds)[number];

/** The recipients that a binding chose with the options `To` or `reply_to` and their companions. */
export interface RecipientChoice {
  readonly kind: RecipientKind;
  /** Depending on the kind, a user attribute, the name of an admin, a realm, or addresses. */
  readonly detail: string | undefined;
}

/** The recipients of a mail. */
export interface Recipients {
  /** Addresses without duplicates; empty if there is no recipient. */
  readonly addresses: readonly string[];
  /** The reason why there is no address, for the audit log. */
  readonly fault?: string | undefined;
  /** The value of the tag `{recipient_givenname}`. */
  readonly givenname?: string | undefined;
  /** The value of the tag `{recipient_surname}`. */
  readonly surname?: string | undefined;
}

/** The dependencies for finding recipients. */
export interface RecipientSources {
  readonly admins?: AdminDirectory | undefined;
  readonly users?: RealmDirectory | undefined;
}

/** Finds the recipients that a binding chose. A value that is not a single mail address is left out. */
export async function findRecipients(
  choice: RecipientChoice | undefined,
  { call, facts }: Pick<ActionContext<unknown>, "call" | "facts">,
  { admins, users }: RecipientSources,
): Promise<Recipients> {
  if (!choice) return { addresses: [] };
  const { kind, detail = "" } = choice;
  switch (kind) {
    case "tokenowner":
      return ofUser("token owner", await facts.user(), detail);
    case "logged_in_user": {
      const { username = "", realm = "", role, resolver, uid } = call.actor ?? {};
      if (username === "") return { addresses: [], fault: "there is no logged-in user" };
      if (realm === "" && role === "admin") return ofAdmin("logged-in admin", await admins?.find(username));
      const user = await facts.directories.users?.find({ login: username, realm, resolver, uid });
      return ofUser("logged-in user", user, detail);
    }
    case "internal admin":
      return ofAdmin("internal admin with that name", await admins?.find(detail));
    case "admin realm": {
      const found = (await users?.usersOfRealm(detail)) ?? [];
      const addresses = valid(found.map((user) => attribute(user, "email")));
      const fault =
        found.length === 0
          ? "there is no user in that realm"
          : 'no user of that realm has a mail address in the attribute "email"';
      return { addresses, fault, givenname: `admin of realm ${detail}` };
    }
    case "email":
      return { addresses: valid(detail.split(",")), fault: "there is no mail address" };
  }
}

function ofAdmin(who: string, admin: InternalAdmin | undefined): Recipients {
  if (!admin) return { addresses: [], fault: `there is no ${who}` };
  return {
    addresses: valid([admin.email]),
    fault:
      admin.email.trim() === ""
        ? `the ${who} has no mail address`
        : `the mail address of the ${who} is not a single mail address`,
    givenname: admin.givenname ?? admin.username,
    surname: admin.surname,
  };
}

function ofUser(who: string, user: Pick<User, "attributes"> | null | undefined, chosen: string): Recipients {
  if (!user) return { addresses: [], fault: `there is no ${who}` };
  const name = chosen || "email";
  return {
    addresses: valid([attribute(user, name)]),
    fault:
      attributeFault(who, user, name) ??
      `the attribute ${JSON.stringify(name)} of the ${who} is not a single mail address`,
    givenname: attribute(user, "givenname"),
    surname: attribute(user, "surname"),
  };
}

/** Returns the reason why a user's attribute cannot be used; undefined if it has a value. */
export function attributeFault(who: string, user: Pick<User, "attributes">, name: string): string | undefined {
  if (attribute(user, name).trim() !== "") return undefined;
  const shown = JSON.stringify(name);
  return Object.hasOwn(user.attributes, name)
    ? `the attribute ${shown} of the ${who} is empty`
    : `the ${who} has no attribute ${shown}`;
}

/** Returns an attribute of a user. Names that every object inherits, such as `constructor`, are safe. */
export function attribute({ attributes }: Pick<User, "attributes">, name: string): string {
  return (Object.hasOwn(attributes, name) && attributes[name]) || "";
}

function valid(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map((address) => address.trim()))].filter(isMailAddress);
}
