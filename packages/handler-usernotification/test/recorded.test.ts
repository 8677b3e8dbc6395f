import { mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RecordedState, worldOf } from "@bookend/conformance";
import { BindingInvalidError, createBookend, memoryAudit, memoryBindings, type User } from "@bookend/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Mailer, type SmsGateway, userNotification } from "../src/index.js";

interface RecordedCase {
  readonly id: number;
  readonly action: string;
  readonly options: Record<string, unknown>;
  readonly state: RecordedState;
  readonly after: { readonly sent?: readonly Sent[]; readonly files?: Record<string, string> };
  readonly note?: string;
}

/** A mail or short message, as recorded. */
interface Sent {
  readonly kind: string;
  readonly identifier: string;
  readonly recipient?: string | readonly string[];
  readonly subject?: string;
  readonly body?: string;
  readonly reply_to?: string | null;
  readonly mimetype?: string;
  readonly phone?: string;
  readonly message?: string;
}

const cases: readonly RecordedCase[] = JSON.parse(
  readFileSync(new URL("fixtures/user-notification.json", import.meta.url), "utf8"),
);

const toIsRequired = "section 1: To is required";

/** Cases whose outcome handlers.md contradicts, each with what happens instead. */
const contradicted: Readonly<Record<number, Contradiction>> = {
  438: { refused: ["options.To"], because: "section 1: To is one of five kinds, and internal_admin is none" },
  449: { body: "To admin : Alice HOTP0001", because: "section 12: a tag without a value is an empty string" },
  454: { refused: ["options.To internal admin"], because: "section 1: the companion names the admin" },
  459: { body: "To admin of realm realm1 :  ", because: "section 12: a tag without a value is an empty string" },
  462: { refused: ["options.To email"], because: "section 1: the companion names the addresses" },
  465: { refused: ["options.To"], because: toIsRequired },
  468: { refused: ["options.To"], because: toIsRequired },
  469: { refused: ["options.To", "options.body"], because: `${toIsRequired}; section 12: unknown tags are refused` },
  471: { refused: ["options.To"], because: `${toIsRequired}; section 12: {0} is literal` },
  477: { refused: ["options.To"], because: toIsRequired },
  481: { failed: "mail address", because: "common to all: no recipient, since a telephone number is no mail address" },
  483: { refused: ["options.To"], because: toIsRequired },
  484: { failed: "mobile number", because: "common to all: no recipient" },
  492: { refused: ["options.filename"], because: "section 1: a name with .. is refused" },
  496: { refused: ["options.filename"], because: "section 1: a name with .. is refused, even if it leads back" },
  497: { refused: ["options.filename"], because: "section 1: a name with .. is refused" },
  503: { failed: "empty part", because: "common to all: an action that cannot act does not succeed" },
  506: { failed: "directory", because: "common to all: an action that cannot act does not succeed" },
  507: { refused: ["options.filename"], because: "section 1: a name with NUL is refused" },
};

interface Contradiction {
  readonly because: string;
  /** Fields of the binding that are wrong. */
  readonly refused?: readonly string[];
  /** The mail's body. */
  readonly body?: string;
  /** Part of the reason in the audit log. */
  readonly failed?: string;
}

let spool: string;
beforeEach(async () => {
  spool = await mkdtemp(join(tmpdir(), "bookend-"));
});
afterEach(() => rm(spool, { recursive: true }));

/** Mailers and gateways that write down what they are given. */
function recorders() {
  const sent: Sent[] = [];
  const mailer = (identifier: string): Mailer => ({
    async send({ to, replyTo, subject, text, html }) {
      const kind = { kind: "mail", identifier, mimetype: html === undefined ? "plain" : "html" };
      sent.push({ ...kind, recipient: to, subject, body: html ?? text ?? "", reply_to: replyTo?.join() ?? null });
      return { messageId: "", accepted: to, rejected: [] };
    },
  });
  const gateway = (identifier: string): SmsGateway => ({
    async send({ to, text }) {
      sent.push({ kind: "sms", identifier, phone: to, message: text });
    },
  });
  return { sent, mailers: { smtp1: mailer("smtp1") }, smsGateways: { gw1: gateway("gw1") } };
}

function host({ action, state }: RecordedCase) {
  const world = worldOf(state);
  const { sent, ...services } = recorders();
  const audit = memoryAudit();
  const usersOfRealm = (realm: string) =>
    ["alice", "bob", "carol", "dup"].map((login) => world.directories.users.find({ login, realm }) as User);
  const handler = userNotification({
    ...services,
    spoolDirectory: spool,
    randomName: () => "<16 random alphanumerics>",
    admins: { find: (name) => (name === "admin" ? { username: name, email: "admin@example.net" } : undefined) },
    users: { usersOfRealm },
  });
  const bookend = createBookend({
    handlers: [handler],
    bindings: memoryBindings(),
    directories: world.directories,
    // the recorded server kept UTC
    clock: () => new Date(2026, 2, 15, 12),
    audit,
  });
  const add = (options: Record<string, unknown>) =>
    bookend.bindings.add({ name: "notify", events: ["token_init"], handler: "UserNotification", action, options });
  return { add, run: () => bookend.handle(world.call("token_init"), world.response), sent, audit };
}

/** What was sent, in the form in which mails of ours can be compared with recorded ones. */
function comparable(sent: readonly Sent[] = [], body?: string): Sent[] {
  return sent.map((one) => ({
    ...one,
    ...(one.recipient !== undefined && { recipient: [one.recipient].flat() }),
    ...(one.mimetype !== undefined && { mimetype: one.mimetype || "plain" }),
    ...(body !== undefined && { body }),
  }));
}

async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (path: string) => [path.slice(directory.length + 1), await readFile(path, "utf8")] as const;
  return Object.fromEntries(await Promise.all(files.map(read)));
}

async function problemFields(adding: Promise<unknown>): Promise<readonly string[]> {
  const error = await adding.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BindingInvalidError);
  return (error as BindingInvalidError).problems.map(({ field }) => field);
}

async function expectRecorded(recorded: RecordedCase, options: Record<string, unknown>): Promise<void> {
  const { add, run, sent, audit } = host(recorded);
  const { body, failed } = contradicted[recorded.id] ?? {};
  // made by an earlier case when this one was recorded
  if (recorded.id === 506) mkdirSync(join(spool, "sub"));
  await add(options);
  await run();
  const [entry] = audit.entries;
  if (failed !== undefined) {
    expect(entry).toMatchObject({ outcome: "failed", reason: expect.stringContaining(failed) });
    expect(sent).toEqual([]);
    expect(await filesIn(spool)).toEqual({});
    return;
  }
  expect(entry).toMatchObject({ outcome: "done" });
  expect(comparable(sent)).toEqual(comparable(recorded.after.sent, body));
  expect(await filesIn(spool)).toEqual(recorded.after.files ?? {});
}

describe("recorded cases of UserNotification", () => {
  const isRefused = ({ id }: RecordedCase) => contradicted[id]?.refused !== undefined;

  it.each(cases.filter((one) => !isRefused(one)))("$id $action $options $note", (recorded) =>
    expectRecorded(recorded, recorded.options),
  );

  it.each(cases.filter(isRefused))("$id $action $options is refused when saved", async (recorded) => {
    expect(await problemFields(host(recorded).add(recorded.options))).toEqual(contradicted[recorded.id]?.refused);
  });

  it.each(cases.filter(({ id }) => contradicted[id]?.because === toIsRequired))(
    "$id $options is as recorded once it says To",
    (recorded) => expectRecorded(recorded, { To: "tokenowner", ...recorded.options }),
  );
});
