import { problemMessage } from "@bookend/core";
import type { SendMailOptions } from "nodemailer";
import { MessagingError } from "./errors.js";
import { checkHeaderValue, headerAddress, headerValue, needsSmtpUtf8 } from "./mail-header.js";

/** A file in a mail. The HTML body can show a file with a `cid`: `<img src="cid:…">`. */
export interface MailAttachment {
  filename: string;
  /** For example `image/png`. */
  contentType: string;
  content: Buffer;
  cid?: string | undefined;
}

/** A mail. It has `text`, `html`, or both. */
export interface Mail {
  /** Each is a single address, such as `user@example.org` or `Name <user@example.org>`. */
  to: readonly string[];
  /** Default: the sender of the SMTP server's configuration. */
  from?: string | undefined;
  replyTo?: readonly string[] | undefined;
  subject: string;
  text?: string | undefined;
  html?: string | undefined;
  attachments?: readonly MailAttachment[] | undefined;
  /** Additional headers, such as `X-Priority`. Headers that are built from the other fields are refused. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** In the form `<id@example.org>`; use the same id for all attempts. Default: a new id. */
  messageId?: string | undefined;
  /** Aborts the sending. */
  signal?: AbortSignal | undefined;
}

/** Headers that are built from the other fields of a mail. */
const ownHeader =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|return-path|received|dkim-.*|resent-.*|content-.*)$/i;

/**
 * Maximum length of the name of a header or file, a content type, a Content-ID or a Message-ID: short enough for one
 * line.
 */
const maxNameLength = 250;

/** A checked mail. */
export interface ComposedMail {
  readonly message: SendMailOptions;
  /** Whether an address has letters beyond ASCII before the `@`. */
  readonly international: boolean;
}

/**
 * Checks a mail and converts it for nodemailer: addresses become objects, the envelope is explicit, and content is a
 * string or bytes. No line of the mail is longer than 998 octets.
 *
 * @throws {MessagingError} INVALID_ADDRESS, INVALID_HEADER, INVALID_MESSAGE
 */
export function composeMail(mail: Mail, sender: string | undefined): ComposedMail {
  if (mail.to.length === 0) throw new MessagingError("INVALID_MESSAGE", "to: a mail needs a recipient.");
  if (mail.text === undefined && mail.html === undefined) {
    throw new MessagingError("INVALID_MESSAGE", "text, html: a mail needs a body.");
  }
  if (mail.from === undefined && sender === undefined) {
    throw new MessagingError(
      "INVALID_ADDRESS",
      "from: a mail needs a sender, and the SMTP server is configured without one.",
    );
  }
  const from = headerAddress("from", mail.from ?? sender ?? "");
  const to = mail.to.map((address) => headerAddress("to", address));
  const replyTo = mail.replyTo?.map((address) => headerAddress("replyTo", address)) ?? [];
  const message: SendMailOptions = {
    from,
    to,
    envelope: { from: from.address, to: to.map(({ address }) => address) },
    ...(replyTo.length > 0 && { replyTo }),
    ...(mail.text !== undefined && { text: mail.text }),
    ...(mail.html !== undefined && { html: mail.html }),
    ...(mail.messageId !== undefined && { messageId: checkMessageId(mail.messageId) }),
    headers: [{ key: "Subject", value: headerValue("subject", mail.subject) }, ...checkHeaders(mail.headers ?? {})],
    attachments: (mail.attachments ?? []).map(composeAttachment),
  };
  return { message, international: [from, ...to, ...replyTo].some(needsSmtpUtf8) };
}

function checkMessageId(id: string): string {
  if (id.length <= maxNameLength && /^<[!-;=?A-~]+@[!-;=?A-~]+>$/.test(id)) return id;
  throw new MessagingError(
    "INVALID_HEADER",
    problemMessage("the value is not valid", "an id such as <id@example.org>", "messageId"),
  );
}

function checkHeaders(headers: Readonly<Record<string, string>>) {
  return Object.entries(headers).map(([key, value]) => {
    if (key.length > maxNameLength || !/^[A-Za-z][A-Za-z0-9-]*$/.test(key) || ownHeader.test(key)) {
      throw new MessagingError("INVALID_HEADER", `headers: ${JSON.stringify(key)} is not a header that can be added.`);
    }
    return { key, value: headerValue(`headers: ${key}`, value) };
  });
}

function composeAttachment({ filename, contentType, content, cid }: MailAttachment) {
  checkHeaderValue("filename", filename);
  if (filename.length > maxNameLength) {
    throw new MessagingError(
      "INVALID_HEADER",
      problemMessage("the value is too long", `at most ${maxNameLength} characters`, "filename"),
    );
  }
  if (contentType.length > maxNameLength || !/^[\w.+-]+\/[\w.+-]+$/.test(contentType)) {
    throw new MessagingError(
      "INVALID_HEADER",
      problemMessage("the value is not valid", "a type such as image/png", "contentType"),
    );
  }
  if (cid !== undefined && (cid.length > maxNameLength || !/^[\w.@+-]+$/.test(cid))) {
    throw new MessagingError(
      "INVALID_HEADER",
      problemMessage("the value is not valid", `up to ${maxNameLength} letters, digits and . _ @ + -`, "cid"),
    );
  }
  return { filename, contentType, content, ...(cid !== undefined && { cid }) };
}
