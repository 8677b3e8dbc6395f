import { parseClientOverrides } from "@bookend/adapter-kit";
import { z } from "zod";

/** A secret, or the name of the environment variable that holds it. */
const secret = z.union([z.string().min(1), z.strictObject({ env: z.string().min(1) })], {
  error: () => "the secret is not valid. Allowed: a string that is not empty, or { env: NAME }.",
});

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: ({ input }) =>
    `${JSON.stringify(input)} is not an address or a network. Allowed: an address or a network, such as 10.1.2.3, 10.0.0.0/8, fd00::/8.`,
});

const clientOverride = z.string().superRefine((rule, context) => {
  try {
    parseClientOverrides([rule]);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

/** Cost of argon2id. Source of the minimum memory: RFC 9106, section 3.1. */
const pinHash = z
  .strictObject({
    /** Memory in KiB for one hash. */
    memoryCost: z.int().min(8).max(4_194_304).default(19_456),
    /** Number of passes over the memory. */
    timeCost: z.int().min(1).max(1_000).default(2),
    parallelism: z.int().min(1).max(255).default(1),
  })
  .superRefine(({ memoryCost, parallelism }, context) => {
    if (memoryCost >= 8 * parallelism) return;
    const message = `${memoryCost} is too little for the parallelism ${parallelism}. Allowed: a number of at least ${8 * parallelism}.`;
    context.addIssue({ code: "custom", path: ["memoryCost"], message });
  });

const database = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sqlite"),
    /** Default: `bookend.db` in the data directory. */
    file: z.string().min(1).optional(),
  }),
  z.strictObject({
    kind: z.literal("postgres"),
    url: secret,
    /** Seconds that startup waits for a database that is not available yet. */
    waitSeconds: z.int().min(0).max(86_400).default(0),
    /** Seconds that a statement may take before it is cancelled. */
    statementTimeout: z.int().min(1).max(3_600).default(10),
  }),
]);

/** A handler that is not part of this server. */
const handler = z.strictObject({
  /** Name of an installed package, or the path of its directory: a path begins with `/`, `./` or `../`. */
  package: z.string().min(1).max(1_000),
  /** Passed to its factory. A value `{ env: NAME }`, at any depth, is replaced by that environment variable. */
  options: z.record(z.string(), z.json()).default({}),
});

const rateLimit = z.strictObject({
  /** Failed logins per minute for each pair of address and login. */
  failedLogins: z.int().min(1).max(1_000_000).default(10),
  /** Calls per ten seconds and address to routes that do not require a login. */
  anonymous: z.int().min(1).max(1_000_000).default(200),
  /** Addresses and networks that are exempt. */
  exempt: z.array(network).default([]),
});

const recordedCalls = z.strictObject({
  /** Events whose calls are kept: a list of names, or `all`. */
  events: z.union([z.literal("all"), z.array(z.string().min(1).max(100)).max(1_000)]).default([]),
  /** Days that each call is kept. */
  days: z.int().min(1).max(3_650).default(7),
  /** Maximum number of calls that are kept. */
  calls: z.int().min(1).max(10_000_000).default(100_000),
  /** Maximum total size of the calls that are kept, in millions of characters. */
  megabytes: z.int().min(1).max(100_000).default(1_000),
  /** Maximum number of characters of parameters, headers and response; longer parts are not kept. */
  maxLength: z.int().min(1_000).max(500_000).default(65_536),
});

const timeouts = z.strictObject({
  request: z.int().min(1).max(3_600).default(60),
  headers: z.int().min(1).max(3_600).default(10),
});

/** Maximum number of processes of one server. */
export const maxWorkers = 64;

/** The contents of the reference app's configuration file. Relative paths are relative to the file. */
export const configSchema = z.strictObject({
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 means any free port. */
  port: z.int().min(0).max(65_535).default(8080),
  /** Number of processes that serve requests. More than one requires PostgreSQL. */
  workers: z.int().min(1).max(maxWorkers).default(1),
  /** URL at which clients reach this server; the tag `{url}` inserts it. Default: `http://host:port`. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Directory of the database, generated secrets and the spool directory. Created if missing. */
  dataDirectory: z.string().min(1),
  database: database.default({ kind: "sqlite" }),
  /** Proxies whose X-Forwarded-For is trusted. */
  trustedProxies: z.array(network).default([]),
  /** Callers whose parameter `client` is the address of their client: a network, or `network > network of clients`. */
  overrideAuthorizationClient: z.array(clientOverride).default([]),
  /** How often a client may call. */
  rateLimit: rateLimit.default(rateLimit.parse({})),
  /** Seconds within which a request, or its headers, must arrive; otherwise the connection is closed. */
  timeouts: timeouts.default(timeouts.parse({})),
  /** Shows messages of unexpected errors, which may contain secrets, in responses and in the log. */
  development: z.boolean().default(false),
  log: z
    .strictObject({ level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info") })
    .default({ level: "info" }),
  /** Each key is generated in the data directory on the first start, unless it is set here. */
  secrets: z
    .strictObject({
      /** Signs the tokens that `POST /auth` returns. 32 bytes in base64. */
      jwtKey: secret.optional(),
      /** Encrypts OTP keys and passwords of servers at rest. 32 bytes in base64. */
      encryptionKey: secret.optional(),
      /** Ed25519 private key in PEM (PKCS #8) that signs the audit log. */
      auditKey: secret.optional(),
      /**
       * Public keys, in PEM, of former audit keys: rows that they signed can be verified for as long as they are listed
       * here.
       */
      formerAuditKeys: z.array(secret).max(100).default([]),
      /** Seals the deliveries that wait in the outbox. 32 bytes in base64. */
      outboxKey: secret.optional(),
      /** Former outbox keys: waiting deliveries that one of them sealed are sent for as long as it is listed here. */
      formerOutboxKeys: z.array(secret).max(100).default([]),
    })
    .default({ formerAuditKeys: [], formerOutboxKeys: [] }),
  auth: z
    .strictObject({
      /** Seconds that a login lasts, at most a year. */
      lifetime: z.int().min(60).max(31_536_000).default(3600),
    })
    .default({ lifetime: 3600 }),
  administrators: z
    .strictObject({
      /** Names of administrators who may read but not change anything. */
      readOnly: z.array(z.string().min(1).max(255)).max(1_000).default([]),
      /** Minimum length of new passwords, at most 128 characters. Existing shorter passwords still work. */
      minPasswordLength: z.int().min(1).max(128).default(12),
    })
    .default({ readOnly: [], minPasswordLength: 12 }),
  audit: z
    .strictObject({
      /** Whether a call fails (503) if its entry cannot be written to the audit log. */
      required: z.boolean().default(false),
    })
    .default({ required: false }),
  /** Deliveries of bindings with `delivery: durable`. */
  outbox: z
    .strictObject({
      /** Deliveries that this process sends at the same time. */
      concurrency: z.int().min(1).max(1_000).default(20),
      /** Hours after which a delivery without a limit of its own is abandoned. */
      maxAgeHours: z.int().min(1).max(8_760).default(168),
      /** Hours that the content of sent deliveries is kept, so that they can be sent again. */
      keepSentHours: z.int().min(0).max(8_760).default(0),
      /** Hours that the content of dead or cancelled deliveries is kept. */
      keepDeadHours: z.int().min(0).max(8_760).default(168),
      /** Days that a completed delivery is shown. */
      keepDays: z.int().min(1).max(3_650).default(90),
    })
    .default({ concurrency: 20, maxAgeHours: 168, keepSentHours: 0, keepDeadHours: 168, keepDays: 90 }),
  /** Calls that are kept, without their secrets, for administrators to try bindings with. */
  recordedCalls: recordedCalls.default(recordedCalls.parse({})),
  pinHash: pinHash.default(pinHash.parse({})),
  /** The clients that may read `GET /metrics`. Without `allow` and `token`, the route does not exist. */
  metrics: z
    .strictObject({
      /** Addresses and networks of Prometheus. They are compared with the peer, not with a client behind a proxy. */
      allow: z.array(network).default([]),
      /** Sent as `Authorization: Bearer TOKEN`, from any address. */
      token: secret.optional(),
    })
    .default({ allow: [] }),
  notifications: z
    .strictObject({
      /** Where `savefile` writes. Default: `notifications` in the data directory. */
      spoolDirectory: z.string().min(1).optional(),
      /** Directory for bodies of the form `file:NAME`. Default: none. */
      templateDirectory: z.string().min(1).optional(),
      /** Directory of the scripts that send SMS. Default: none. */
      scriptDirectory: z.string().min(1).optional(),
    })
    .default({}),
  resolvers: z
    .strictObject({
      /** Directory that contains only the files of passwd resolvers. Default: `passwd` in the data directory. */
      passwdDirectory: z.string().min(1).optional(),
    })
    .default({}),
  /** Limits for users; administrators have none. */
  limits: z
    .strictObject({
      /** Number of tokens below which a user may enroll another one. */
      tokensPerUser: z.int().min(1).max(10_000).default(50),
      /** Maximum number of a user's open challenges. */
      challengesPerUser: z.int().min(1).max(1000).default(10),
    })
    .default({ tokensPerUser: 50, challengesPerUser: 10 }),
  scripts: z
    .strictObject({
      /**
       * Directory of the scripts that bindings may run. Created if missing. Default: `scripts` in the data directory.
       */
      directory: z.string().min(1).optional(),
    })
    .default({}),
  /** Handlers in addition to the built-in ones, in the order in which forms list them. */
  handlers: z.array(handler).max(100).default([]),
  outgoing: z
    .strictObject({
      /** Private networks that webhooks, forwarded calls and HTTP SMS gateways may reach. */
      allow: z.array(network).default([]),
      /**
       * Secrets that sign webhooks (Standard Webhooks, `whsec_…`). While you replace a secret, list both the old and
       * the new one. Default: webhooks are not signed.
       */
      webhookSecrets: z.array(secret).default([]),
    })
    .default({ allow: [], webhookSecrets: [] }),
});

/** The configuration with all defaults filled in. */
export interface Config extends z.output<typeof configSchema> {
  /** The directory of the configuration file, where installed handlers are searched for first. */
  readonly directory: string;
}

/** A configured handler. */
export type HandlerSetting = z.output<typeof handler>;

/** The configuration as written in the file. */
export type ConfigInput = z.input<typeof configSchema>;

/** A secret as written in the file. */
export type SecretSetting = z.output<typeof secret>;
