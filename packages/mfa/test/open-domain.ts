import { openDatabase } from "@bookend/store-sql";
import {
  createDomain,
  type Domain,
  type DomainOptions,
  type DomainSchema,
  type OtpMail,
  type OtpSms,
} from "../src/index.js";

/** Cheap parameters that keep tests fast; no test depends on the cost of a hash. */
export const hashCost = { memory: 8, time: 1, parallelism: 1 };

/** A fixed key, since several processes must share it. */
export const secretKey = Buffer.alloc(32, "bookend");

/** A domain, the mails and SMS that it sent, and its clock. */
export interface Fixture {
  readonly domain: Domain;
  readonly mails: (OtpMail & { readonly server: string })[];
  readonly texts: (OtpSms & { readonly gateway: string })[];
  /** Advances the clock. */
  wait(seconds: number): void;
  /** Returns the current time of the clock. */
  now(): Date;
}

/** Opens a domain without any data on the database with this URL. */
export async function openDomain(url: string, options: Partial<DomainOptions> = {}) {
  const database = await openDatabase<DomainSchema>({ url });
  let at = Date.UTC(2026, 2, 15, 12);
  const mails: Fixture["mails"] = [];
  const texts: Fixture["texts"] = [];
  const domain = await createDomain({
    database,
    secretKey,
    hashCost,
    clock: () => new Date(at),
    sendMail: async (server, message) => void mails.push({ ...message, server: server.name }),
    sendSms: async (gateway, message) => void texts.push({ ...message, gateway: gateway.name }),
    ...options,
  });
  const wait = (seconds: number) => {
    at += seconds * 1000;
  };
  return { domain, database, mails, texts, wait, now: () => new Date(at) };
}
