import { mkdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handler, User } from "@bookend/core";
import {
  asRecorded,
  describeRecordedCases,
  type RecordedRun,
  type RecordedWorld,
  readDeviations,
  readRecordedCases,
  runRecordedCase,
} from "@bookend/test-kit";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Mailer, type SmsGateway, userNotification } from "../src/index.js";

interface After {
  readonly sent?: readonly Sent[];
  readonly files?: Readonly<Record<string, string>>;
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

const fixtures = new URL("fixtures/", import.meta.url);

const run: RecordedRun<After> = {
  event: "token_init",
  async prepare({ directories }, { id }) {
    const spool = await mkdtemp(join(tmpdir(), "bookend-"));
    onTestFinished(() => rm(spool, { recursive: true }));
    // when this case was recorded, an earlier case had left the directory behind
    if (id === 506) mkdirSync(join(spool, "sub"));
    const sent: Sent[] = [];
    return {
      handler: notifier(sent, spool, directories),
      // tags show local time: 12:00, as on the recording server, whose time zone was UTC
      host: { clock: () => new Date(2026, 2, 15, 12) },
      observe: async () => ({ sent: comparable(sent), files: await filesIn(spool) }),
    };
  },
};

const recordedAfter = ({ after }: { readonly after: After }) => ({
  sent: comparable(after.sent),
  files: after.files ?? {},
});

describeRecordedCases<After>({ ...run, handler: "UserNotification", fixtures, count: 28, recordedAfter });

describe("recorded cases without To, with this option added", () => {
  const deviations = readDeviations(fixtures);
  const lacking = readRecordedCases<After>(fixtures).filter(
    ({ id }) => deviations.get(id)?.rule === "handlers.md 1: To is required",
  );

  it.each(lacking)("$id $action $options", async (recorded) => {
    const options = () => ({ To: "tokenowner", ...recorded.options });
    const seen = await runRecordedCase(recorded, { ...run, options });
    expect(asRecorded(seen)).toEqual({ success: recorded.result, ...recordedAfter(recorded) });
  });
});

/** Returns the handler with mailers and gateways that record their messages. */
function notifier(sent: Sent[], spoolDirectory: string, directories: RecordedWorld["directories"]): Handler {
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
  return userNotification({
    mailers: { smtp1: mailer("smtp1") },
    smsGateways: { gw1: gateway("gw1") },
    spoolDirectory,
    randomName: () => "<16 random alphanumerics>",
    admins: { find: (name) => (name === "admin" ? { username: name, email: "admin@example.net" } : undefined) },
    users: {
      usersOfRealm: (realm) =>
        ["alice", "bob", "carol", "dup"].map((login) => directories.users.find({ login, realm }) as User),
    },
  });
}

/** Converts sent mails to the format of the recordings. */
function comparable(sent: readonly Sent[] = []): Sent[] {
  return sent.map((one) => ({
    ...one,
    ...(one.recipient !== undefined && { recipient: [one.recipient].flat() }),
    ...(one.mimetype !== undefined && { mimetype: one.mimetype || "plain" }),
  }));
}

async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (path: string) => [path.slice(directory.length + 1), await readFile(path, "utf8")] as const;
  return Object.fromEntries(await Promise.all(files.map(read)));
}
