import { z } from "zod";

/** An invoice, as the API returns it. */
export interface Invoice {
  readonly number: string;
  /** Login of the customer. */
  readonly customer: string;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly paid: boolean;
}

/** Someone who calls the API. */
export interface Person {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: "admin" | "clerk" | "customer";
}

/** The input for a new invoice. */
export const newInvoice = z.strictObject({
  customer: z.string().min(1).max(100),
  amount: z.number().positive().max(1_000_000),
  currency: z.enum(["EUR", "USD"]),
});

/** An error with the status of its response. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** The invoices and people of the API. */
export class Invoices {
  readonly people: ReadonlyMap<string, Person>;
  readonly #invoices = new Map<string, Invoice>();

  constructor(people: readonly Person[]) {
    this.people = new Map(people.map((person) => [person.login, person]));
  }

  find(number: string): Invoice | undefined {
    return this.#invoices.get(number);
  }

  /** @throws {ApiError} with 400 for input that is not valid, with 404 for an unknown customer */
  create(input: unknown): Invoice {
    const parsed = newInvoice.safeParse(input);
    if (!parsed.success) throw new ApiError(400, z.prettifyError(parsed.error));
    const { customer, amount, currency } = parsed.data;
    if (!this.people.has(customer)) throw new ApiError(404, "customer: does not exist.");
    const number = `INV-${this.#invoices.size + 1}`;
    const invoice = { number, customer, total: { amount, currency }, paid: false };
    this.#invoices.set(number, invoice);
    return invoice;
  }

  /** @throws {ApiError} with 404 for an unknown invoice, with 409 for one that is paid */
  pay(number: string): Invoice {
    const invoice = this.#invoices.get(number);
    if (!invoice) throw new ApiError(404, "invoice: does not exist.");
    if (invoice.paid) throw new ApiError(409, "invoice: is already paid.");
    const paid = { ...invoice, paid: true };
    this.#invoices.set(number, paid);
    return paid;
  }

  /** Returns the person of a request: its header is `Authorization: Bearer <login>`. A real API checks a token here. */
  authenticate(authorization: string | null | undefined): Person | undefined {
    const [, login = ""] = /^Bearer (.+)$/.exec(authorization ?? "") ?? [];
    return this.people.get(login);
  }
}
