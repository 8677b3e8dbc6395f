import type { ActionContext, User } from "@bookend/core";
import { isMailAddress } from "./mail-address.js";
import type { AdminDirectory, InternalAdmin, RealmDirectory } from "./people.js";

/** Kinds of recipients, as bindings name them. */
export const recipientKinds = ["tokenowner", "logged_in_user", "internal admin", "admin realm", "email"] as const;

/** A kind of recipients. */
export type RecipientKind = (typeof recipientKinds)[number];

/** Whom a binding chose, as the options `To` and `reply_to` and their companions say it. */
export interface RecipientChoice {
  readonly kind: RecipientKind;
  /** User attribute, name of the admin, realm, or addresses, by kind. */
  readonly detail: string | undefined;
}

/** Whom a mail goes to. */
export interface Recipients {
  /** Each once; empty if there is nobody to write to. */
  readonly addresses: readonly string[];
  /** What the tag `{recipient_givenname}` stands for. */
  readonly givenname?: string | undefined;
  /** What the tag `{recipient_surname}` stands for. */
  readonly surname?: string | undefined;
}

/** What recipients are found with. */
export interface RecipientSources {
  readonly admins?: AdminDirectory | undefined;
  readonly users?: RealmDirectory | undefined;
}

/** Why a mail has no recipient, for the audit log. */
export const nobody: Readonly<Record<RecipientKind, string>> = {
  tokenowner: "there is no token owner with a mail address",
  logged_in_user: "there is no logged-in user with a mail address",
  "internal admin": "there is no internal admin of that name with a mail address",
  "admin realm": "there is no user with a mail address in that realm",
  email: "there is no mail address",
};

/** Finds whom a binding chose. What is no mail address is left out. */
export async function findRecipients(
  choice: RecipientChoice | undefined,
  { call, facts }: Pick<ActionContext<unknown>, "call" | "facts">,
  { admins, users }: RecipientSources,
): Promise<Recipients> {
  if (!choice) return { addresses: [] };
  const { kind, detail = "" } = choice;
  switch (kind) {
    case "tokenowner":
      return ofUser(await facts.user(), detail);
    case "logged_in_user": {
      const { username = "", realm = "", role } = call.actor ?? {};
      if (username === "") return { addresses: [] };
      if (realm === "" && role === "admin") return ofAdmin(await admins?.find(username));
      return ofUser(await facts.directories.users?.find({ login: username, realm }), detail);
    }
    case "internal admin":
      return ofAdmin(await admins?.find(detail));
    case "admin realm": {
      const found = (await users?.usersOfRealm(detail)) ?? [];
      return { addresses: valid(found.map((user) => attribute(user, "email"))), givenname: `admin of realm ${detail}` };
    }
    case "email":
      return { addresses: valid(detail.split(",")) };
  }
}

function ofAdmin(admin: InternalAdmin | undefined): Recipients {
  if (!admin) return { addresses: [] };
  return { addresses: valid([admin.email]), givenname: admin.givenname ?? admin.username, surname: admin.surname };
}

function ofUser(user: Pick<User, "attributes"> | null | undefined, name: string): Recipients {
  if (!user) return { addresses: [] };
  return {
    addresses: valid([attribute(user, name || "email")]),
    givenname: attribute(user, "givenname"),
    surname: attribute(user, "surname"),
  };
}

/** An attribute of a user; attributes called like something that every object has are no exception. */
export function attribute({ attributes }: Pick<User, "attributes">, name: string): string {
  return (Object.hasOwn(attributes, name) && attributes[name]) || "";
}

function valid(addresses: readonly string[]): string[] {
  return [...new Set(addresses.map((address) => address.trim()))].filter(isMailAddress);
}
