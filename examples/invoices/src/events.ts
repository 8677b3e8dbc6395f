import {
  type Actor,
  type BindingStore,
  type Bookend,
  type BookendOptions,
  type Call,
  comparison,
  createBookend,
  defineCondition,
  fulfils,
  type Logger,
  type UserDirectory,
  type UserRef,
} from "@bookend/core";
import { type Mailer, userNotification } from "@bookend/handler-usernotification";
import { webhook } from "@bookend/handler-webhook";
import type { Invoice, Invoices, Person } from "./invoices.js";

declare module "@bookend/core" {
  interface HostDirectories {
    invoices: Invoice;
  }
}

/** Everybody is in the same realm and resolver. */
const realm = "people";

/** The invoice's amount, from the API's data. */
const invoiceAmount = defineCondition({
  name: "invoice_amount",
  group: "invoices",
  description: "The amount of the invoice that the call is about: >100.",
  value: comparison(),
  needs: ["invoices"],
  actual: async (facts) => (await facts.invoices())?.total.amount,
  matches: fulfils,
});

/** Options of `createEvents`. */
export interface EventParts {
  readonly invoices: Invoices;
  readonly bindings: BindingStore;
  readonly audit: BookendOptions["audit"];
  readonly mailers: Readonly<Record<string, Mailer>>;
  /** Private addresses that webhooks may be posted to. */
  readonly webhookTargets: readonly string[];
  /** The value of the tag `{secret.ledger_token}`. */
  readonly ledgerToken: string;
  readonly logger?: Logger | undefined;
}

/** Creates the Bookend of the API. */
export function createEvents(parts: EventParts): Bookend {
  const { invoices, bindings, audit, mailers, webhookTargets, ledgerToken, logger } = parts;
  return createBookend({
    handlers: [userNotification({ mailers, smsGateways: {} }), webhook({ allow: webhookTargets })],
    bindings,
    audit,
    logger,
    directories: {
      users: usersOf(invoices),
      invoices: { find: (call) => invoices.find(numberOf(call)) },
    },
    conditions: [invoiceAmount],
    tags: {
      invoice_number: {
        description: "Number of the invoice.",
        value: async ({ facts }) => (await facts.invoices())?.number,
      },
    },
    secrets: { ledger_token: ledgerToken },
    roles: ["admin", "clerk", "customer"],
    events: {
      invoice_create: { description: "An invoice is created.", creates: ["invoices"] },
      invoice_pay: { description: "An invoice is paid." },
    },
  });
}

/** Returns the options that all adapters share: which person a call is about, and who may make it. */
export const callOptions = (invoices: Invoices) => ({
  user: ({ customer, number }: Readonly<Record<string, unknown>>): UserRef | undefined => {
    const login = typeof customer === "string" ? customer : invoices.find(String(number))?.customer;
    return login === undefined ? undefined : { login, realm };
  },
  authorize: ({ actor }: Call) => actor?.role === "clerk" || actor?.role === "admin",
});

/** Returns a person as the actor of a call. */
export function actorOf(person: Person | undefined): Actor | undefined {
  return person && { username: person.login, realm, role: person.role };
}

/** Returns the number of the invoice that a call created, or that its path contains. */
function numberOf({ request, response }: Call): string {
  const { number } = (response?.body ?? {}) as { readonly number?: unknown };
  return String(number ?? request.parameters.number);
}

function usersOf({ people }: Invoices): UserDirectory {
  return {
    find({ login }) {
      const person = people.get(login);
      if (!person) return null;
      const [givenname = "", surname = ""] = person.name.split(" ");
      return {
        login,
        realm,
        resolver: realm,
        attributes: { username: login, givenname, surname, email: person.email },
      };
    },
    resolversOf: (name) => (name === realm ? [realm] : []),
    realms: () => [realm],
  };
}
