import {
  AbortCall,
  type BindingInput,
  type Bookend,
  createBookend,
  type Directories,
  defineCondition,
  defineHandler,
  memoryBindings,
  type Token,
} from "@bookend/core";
import { choice, flag, optional, secret, template, text } from "@bookend/zod";
import { z } from "zod";
import { type Admin, type AdminOptions, createAdmin } from "../src/index.js";
import { answerChecker } from "./check-answer.js";

/** A handler with an option of each kind. */
export const note = defineHandler({
  id: "Note",
  description: "Writes notes.",
  positions: ["post"],
  actions: {
    write: {
      description: "Writes a note.",
      options: z.strictObject({
        to: choice(["board", "door"]).describe("Where it goes."),
        body: optional(template({ multiline: true })),
        pattern: optional(text()),
        key: optional(secret()),
        loud: optional(flag()),
        hook: optional(text().meta({ "x-secret": "url" })),
      }),
      choices: { pattern: () => ["a+", "b+"] },
      run: () => undefined,
    },
    sign: {
      description: "Signs a note.",
      options: z.strictObject({ key: secret() }),
      run: () => undefined,
    },
  },
});

/** A handler whose action always fails, and whose failures abort the call. */
export const gate = defineHandler({
  id: "Gate",
  description: "Aborts calls.",
  positions: ["pre", "post"],
  abortOnError: true,
  actions: {
    shut: {
      description: "Shuts.",
      options: z.strictObject({}),
      run: () => {
        throw new AbortCall("shut");
      },
    },
  },
});

/** A condition that sees values that JSON cannot represent. */
const bag = defineCondition({
  name: "bag",
  group: "general",
  description: "Is never fulfilled.",
  value: { widget: "str", allowed: "anything", jsonSchema: {}, parse: String },
  actual: () => new Map([["numbers", new Set([1n])]]),
  matches: () => false,
});

const token = (serial: string, type: string): Token => ({
  serial,
  type,
  description: "",
  active: true,
  owner: null,
  realms: [],
  info: {},
  failCount: 0,
  maxFailCount: 10,
  otpCounter: 0,
  rolloutState: "",
});

const tokens = new Map([token("T1", "totp"), token("H1", "hotp")].map((known) => [known.serial, known]));

/** Two tokens, and users who all exist. */
export const directories: Directories = {
  tokens: { find: (serial) => tokens.get(serial) ?? null, ofUser: () => [], types: () => ["hotp", "totp"] },
  users: {
    find: (user) => (user.realm === "" ? null : { ...user, resolver: "res", attributes: {} }),
    resolversOf: () => ["res"],
    realms: () => ["reso"],
  },
};

/** A valid binding as clients post it. */
export const binding = {
  name: "tell the door",
  event: "token_init",
  handlermodule: "Note",
  action: "write",
  "option.to": "door",
};

/** A response of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of its response
  readonly body: any;
}

/** An admin console: the API and functions that call it. */
export interface Console {
  readonly admin: Admin<unknown>;
  readonly bookend: Bookend;
  get(path: string): Promise<Answer>;
  /** Posts JSON, or a form. */
  post(path: string, body?: object | URLSearchParams): Promise<Answer>;
  request(path: string, init?: RequestInit): Promise<Answer>;
}

/** Options of a console. */
export interface ConsoleOptions extends Partial<AdminOptions<unknown>> {
  readonly bindings?: readonly BindingInput[];
  readonly store?: ReturnType<typeof memoryBindings> | Pick<ReturnType<typeof memoryBindings>, "list" | "subscribe">;
}

/** Creates a console in which everyone may do everything, unless `authorize` is given. */
export function createConsole({ bindings, store, ...options }: ConsoleOptions = {}): Console {
  const bookend = createBookend({
    handlers: [note, gate],
    bindings: store ?? memoryBindings(bindings),
    directories,
    events: ["validate_check", "token_init"],
    conditions: [bag],
  });
  const admin = createAdmin({
    bookend,
    directories,
    authorize: () => true,
    envelope: { version: "test 1", versionNumber: "1", clock: () => new Date(1_700_000_000_500) },
    ...options,
  });
  let check: ReturnType<typeof answerChecker> | undefined;
  const request = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await admin.fetch(new Request(`http://localhost${path}`, init));
    const { status, headers } = response;
    const contentType = headers.get("content-type") ?? "";
    const text = await response.text();
    const body = contentType.includes("json") && !contentType.includes("ndjson") ? JSON.parse(text) : text;
    check ??= await checkerOf(admin, options.basePath ?? "/event");
    const bodies = contentType.includes("ndjson")
      ? text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
      : [body];
    check({ method: init?.method ?? "GET", path, status, contentType, bodies });
    return { status, headers, body };
  };
  return {
    admin,
    bookend,
    request,
    get: (path) => request(path),
    post: (path, body) => {
      if (body === undefined || body instanceof URLSearchParams)
        return request(path, { method: "POST", body: body ?? null });
      return request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    },
  };
}

/** Keyed by base path: the document depends only on it, and compiling its schemas takes a while. */
const checkers = new Map<string, ReturnType<typeof answerChecker>>();

async function checkerOf(admin: Admin<unknown>, basePath: string): Promise<ReturnType<typeof answerChecker>> {
  let checker = checkers.get(basePath);
  if (!checker) {
    const response = await admin.fetch(new Request(`http://localhost${basePath}/openapi.json`));
    checker = answerChecker(await response.json());
    checkers.set(basePath, checker);
  }
  return checker;
}
